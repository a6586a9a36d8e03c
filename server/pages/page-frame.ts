import { createHash } from 'node:crypto'
import { html, Html } from './html.ts'

/** One column for a phone, in the reader's own light or dark. */
const style = `
:root { color-scheme: light dark; --text: #1c1b19; --soft: #55524b; --ground: #faf9f6; --card: #ffffff; --line: #8a857a; --accent: #0b6b60; --on-accent: #ffffff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #f0efea; --soft: #b9b7af; --ground: #131412; --card: #1f201d; --line: #7e8179; --accent: #4fc4b0; --on-accent: #06231e; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 592px; margin: 0 auto; padding: 32px 16px 48px; }
h1 { font-size: 28px; line-height: 1.25; margin: 8px 0; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0 0 8px; }
p { margin: 0 0 16px; }
ul { margin: 0; padding-left: 20px; }
a { color: inherit; }
.soft { color: var(--soft); font-size: 14px; }
.lead { margin: 0 0 24px; white-space: pre-wrap; overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin: 16px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.summary { white-space: normal; }
.bad { border-color: var(--bad); color: var(--bad); }
.field { margin: 0 0 20px; border: 0; padding: 0; min-width: 0; }
label, legend { display: block; font-weight: 600; margin-bottom: 4px; padding: 0; overflow-wrap: anywhere; }
label.check { display: flex; gap: 8px; align-items: center; font-weight: 400; min-height: 44px; margin: 0; }
.field .soft, .field .bad { margin: 4px 0; overflow-wrap: anywhere; }
input:not([type=checkbox]), select, textarea { width: 100%; min-height: 44px; padding: 8px 12px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
[aria-invalid=true] { border-color: var(--bad) !important; }
input[type=checkbox] { width: 20px; height: 20px; flex: none; accent-color: var(--accent); }
textarea { min-height: 112px; resize: vertical; }
.trap { position: absolute; left: -9999px; width: 1px; height: 1px; overflow: hidden; }
.buttons { display: flex; gap: 12px; margin: 24px 0 16px; }
button { flex: 1; min-height: 48px; font: inherit; font-weight: 600; border-radius: 6px; border: 1px solid var(--accent); background: var(--card); color: var(--accent); cursor: pointer; }
button.main { background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 479px) { .buttons { flex-direction: column; } button { flex: none; } }
`

/**
 * Nothing but the page's own style, and its form to where it came from. A form whose answer leads on to another site
 * has to name it: browsers hold redirects to the same list.
 */
export function pagePolicy({ styles = [], formTo }: { styles?: readonly string[]; formTo?: string } = {}): string {
  const hashes = [style, ...styles].map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
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
        ${[style, ...styles].map((text) => new Html(`<style>${text}</style>`))}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `
  return page.text
}
