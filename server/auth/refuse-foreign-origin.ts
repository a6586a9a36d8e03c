import type { IncomingMessage } from 'node:http'
import { AppError } from '#shared/errors.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a change that another site's page asks for in a signed-in person's browser. Browsers say where a request
 * comes from and scripts can't change it; programs, which say nothing, carry no cookie unless they were given it.
 */
export function refuseForeignOrigin(req: IncomingMessage, publicOrigin: string): void {
  if (safeMethods.has(req.method ?? '')) return
  const site = req.headers['sec-fetch-site']
  const { origin } = req.headers
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  // The host compared with is the one the browser itself has just called, whatever name it knows this server by.
  const isForeignOrigin = origin !== undefined && origin !== publicOrigin && URL.parse(origin)?.host !== req.headers.host
  if (isForeignSite || isForeignOrigin) throw new AppError('forbidden', 'This request comes from another site and was refused.')
}
