import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '#shared/errors.ts'

/** Which web pages may call an address and read what it answers. */
export interface Cors {
  isForAll: boolean
  origins: ReadonlySet<string>
}

const pageMaySee = '*'
const rememberedSeconds = 600
const mostHeaderCharacters = 4000
const headerNames = /^[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/

/** What a trigger's `cors` says; undefined when no page may. What is no origin is left out, as the check has told. */
export function corsFrom(param: unknown): Cors | undefined {
  const listed = (Array.isArray(param) ? param : [param]).filter((origin) => typeof origin === 'string')
  const origins = new Set(listed.map(originFrom).filter((origin) => origin !== undefined))
  return origins.size === 0 ? undefined : { isForAll: origins.has('*'), origins }
}

function originFrom(text: string): string | undefined {
  if (text.trim() === '*') return '*'
  const origin = URL.parse(text.trim())?.origin
  return origin === 'null' ? undefined : origin
}

/**
 * Says on an answer, whatever it will be, whether the page that asked may read it. Never that it may send along who is
 * signed in: an address for strangers knows no cookies.
 */
export function allowPages(req: IncomingMessage, res: ServerResponse, cors: Cors): void {
  if (!cors.isForAll) res.setHeader('Vary', 'Origin')
  const { origin } = req.headers
  if (origin === undefined || !(cors.isForAll || cors.origins.has(origin))) return
  res.setHeader('Access-Control-Allow-Origin', cors.isForAll ? '*' : origin)
  res.setHeader('Access-Control-Expose-Headers', pageMaySee)
}

/** Whether it is a browser that asks what a page may do, before the page does it. */
export function isPreflight(req: IncomingMessage): boolean {
  const { origin, 'access-control-request-method': method } = req.headers
  return req.method === 'OPTIONS' && origin !== undefined && method !== undefined
}

/** Answers a browser that asks what a page may do. Who sends is asked of what the page then sends. */
export function answerPreflight(
  req: IncomingMessage,
  res: ServerResponse,
  { cors, methods }: { cors: Cors | undefined; methods: readonly string[] },
): void {
  const asked = req.headers['access-control-request-headers'] ?? ''
  if (asked.length > mostHeaderCharacters)
    throw new AppError('too_large', 'The page asks to send more headers than can be allowed at once.')
  if (cors) {
    allowPages(req, res, cors)
    res.appendHeader('Vary', 'Access-Control-Request-Headers')
    if (res.hasHeader('Access-Control-Allow-Origin')) {
      res.removeHeader('Access-Control-Expose-Headers')
      res.setHeader('Access-Control-Allow-Methods', methods.join(', '))
      if (headerNames.test(asked.trim())) res.setHeader('Access-Control-Allow-Headers', asked.trim())
      res.setHeader('Access-Control-Max-Age', rememberedSeconds)
    }
  }
  res.setHeader('Allow', methods.join(', '))
  res.statusCode = 204
  res.end()
}
