import type { ServerResponse } from 'node:http'

/** Leads a browser that has sent something on to another page, so that reloading sends nothing again. */
export function seeOther(res: ServerResponse, to: string): void {
  res.statusCode = 303
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('Location', to)
  res.end()
}
