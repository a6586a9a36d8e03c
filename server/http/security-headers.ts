import type { IncomingMessage, ServerResponse } from 'node:http'

/** For answers that are data: nothing in them may ever be run or framed. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/**
 * For the interface. Monaco and the canvas set style attributes and style elements, which needs 'unsafe-inline' for
 * styles; Monaco's workers come from blobs. Scripts are our own files only.
 */
const webPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** What strangers and flows write is shown as if from nowhere: no cookies, no storage, no access to our pages. */
const foreignPolicy = "sandbox allow-forms allow-scripts; frame-ancestors 'none'"

/** The development server's own scripts are inline and talk over a web socket. */
const devPolicy = webPolicy
  .replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
  .replace("connect-src 'self'", "connect-src 'self' ws: wss:")

const policies = { data: dataPolicy, web: webPolicy, foreign: foreignPolicy, dev: devPolicy }

/** Sets the security headers of one kind of answer. */
export function securityHeaders(kind: keyof typeof policies, isHttps: boolean) {
  return (_req: IncomingMessage, res: ServerResponse, next: () => void): void => {
    res.setHeader('Content-Security-Policy', policies[kind])
    res.setHeader('X-Content-Type-Options', 'nosniff')
    res.setHeader('Referrer-Policy', 'no-referrer')
    if (kind !== 'foreign') res.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    if (kind === 'data') res.setHeader('Cache-Control', 'no-store')
    if (isHttps) res.setHeader('Strict-Transport-Security', 'max-age=31536000')
    next()
  }
}
