import { createHash } from 'node:crypto'
import { html, Html } from '#shared/pages/html.ts'
import { pageStyle } from '#shared/pages/page-style.ts'

/**
 * Nothing but the page's own style, and its form to where it came from. A form whose answer leads on to another site
 * has to name it: browsers hold redirects to the same list.
 */
export function pagePolicy({ styles = [], formTo }: { styles?: readonly string[]; formTo?: string } = {}): string {
  const hashes = [pageStyle, ...styles].map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
  const to = formTo === undefined ? "'self'" : `'self' ${formTo}`
  return `default-src 'none'; style-src ${hashes.join(' ')}; form-action ${to}; base-uri 'none'; frame-ancestors 'none'`
}

/** A whole page; `styles` are as the policy was told of them, to the letter. */
export function pageFrame(title: string, body: Html, styles: readonly string[] = []): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${[pageStyle, ...styles].map((text) => new Html(`<style>${text}</style>`))}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `
  return page.text
}
