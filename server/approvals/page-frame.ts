import { createHash } from 'node:crypto'
import { html, Html } from './html.ts'

/** One column for a phone, in the reader's own light or dark. */
const style = `
:root { color-scheme: light dark; --text: #1d2129; --soft: #5b6472; --ground: #f6f7f9; --card: #ffffff; --line: #c9ced6; --accent: #2456d6; --on-accent: #ffffff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaee; --soft: #a6adba; --ground: #14161a; --card: #1d2026; --line: #454b57; --accent: #8fb0ff; --on-accent: #0c1730; --bad: #ffb4ab; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 560px; margin: 0 auto; padding: 32px 16px 48px; }
h1 { font-size: 28px; line-height: 1.25; margin: 8px 0; overflow-wrap: anywhere; }
p { margin: 0 0 16px; }
.soft { color: var(--soft); font-size: 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin: 16px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.bad { border-color: var(--bad); color: var(--bad); }
.field { margin: 0 0 16px; border: 0; padding: 0; min-width: 0; }
label, legend { display: block; font-weight: 600; margin-bottom: 4px; padding: 0; }
label.check { display: flex; gap: 8px; align-items: center; font-weight: 400; min-height: 44px; }
input:not([type=checkbox]), select, textarea { width: 100%; min-height: 44px; padding: 8px 12px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
input[type=checkbox] { width: 20px; height: 20px; }
textarea { min-height: 88px; resize: vertical; }
.buttons { display: flex; gap: 12px; margin: 24px 0 16px; }
button { flex: 1; min-height: 48px; font: inherit; font-weight: 600; border-radius: 6px; border: 1px solid var(--accent); background: var(--card); color: var(--accent); cursor: pointer; }
button[value=approve] { background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 479px) { .buttons { flex-direction: column; } button { flex: none; } }
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** Nothing but this page's own style, and its form to where it came from. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

export function pageFrame(title: string, body: Html): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `
  return page.text
}
