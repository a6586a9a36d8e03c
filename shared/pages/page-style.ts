/** Each colour of the pages that strangers see, in light and in dark. */
const colours = {
  text: ['#1c1b19', '#f0efea'],
  soft: ['#55524b', '#b9b7af'],
  ground: ['#faf9f6', '#131412'],
  card: ['#ffffff', '#1f201d'],
  line: ['#8a857a', '#7e8179'],
  accent: ['#0b6b60', '#4fc4b0'],
  'on-accent': ['#ffffff', '#06231e'],
  bad: ['#b3261e', '#ff8a80'],
} as const

function colourRules(valueOf: (inBoth: readonly [string, string]) => string): string {
  return Object.entries(colours)
    .map(([name, inBoth]) => `--${name}: ${valueOf(inBoth)};`)
    .join(' ')
}

const ground = 'background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif;'

/** What stands on such a page. */
const content = `
* { box-sizing: border-box; }
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

/** One column for a phone, in the reader's own light or dark. */
export const pageStyle = `
:root { color-scheme: light dark; ${colourRules(([light]) => light)} }
@media (prefers-color-scheme: dark) { :root { ${colourRules(([, dark]) => dark)} } }
body { margin: 0; ${ground} }
main { max-width: 592px; margin: 0 auto; padding: 32px 16px 48px; }
${content}`

/** The same look inside an element of another page, in that page's light or dark. */
export const pageStyleInside = `
:host { display: block; ${colourRules(([light, dark]) => `light-dark(${light}, ${dark})`)} ${ground} }
${content}`
