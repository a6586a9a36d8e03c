import type { ServerResponse } from 'node:http'
import type { WebPage } from './form-page-html.ts'

/** What strangers' and authors' words are shown in belongs to nobody: no cookies, no storage, none of our pages. */
const fromNowhere = 'sandbox allow-forms allow-scripts'

export function sendPage(res: ServerResponse, status: number, page: WebPage): void {
  res.statusCode = status
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('Content-Security-Policy', `${page.policy}; ${fromNowhere}`)
  res.end(page.body)
}
