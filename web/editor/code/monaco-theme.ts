import { monaco } from './monaco.ts'

/** Token colours by what they mean; each is a colour of the interface's own palette. */
const syntax = {
  comment: 'faint',
  keyword: 'family-logic',
  string: 'worked',
  number: 'family-start',
  regexp: 'failed',
  type: 'running',
  delimiter: 'muted',
} as const

/** Makes Monaco look like the rest of the page, now and whenever the theme changes. Answers how to stop following. */
export function followTheme(): () => void {
  const apply = () => {
    const colors = readColors()
    monaco.editor.defineTheme('holdfast', {
      base: isDark() ? 'vs-dark' : 'vs',
      inherit: true,
      rules: [
        { token: '', foreground: colors('ink').slice(1) },
        ...Object.entries(syntax).map(([token, name]) => ({ token, foreground: colors(name).slice(1) })),
      ],
      colors: {
        'editor.background': colors('surface'),
        'editor.foreground': colors('ink'),
        'editor.lineHighlightBackground': colors('sunken'),
        'editor.selectionBackground': colors('accent-soft'),
        'editor.inactiveSelectionBackground': colors('accent-soft'),
        'editor.placeholder.foreground': colors('faint'),
        'editorCursor.foreground': colors('accent'),
        'editorLineNumber.foreground': colors('faint'),
        'editorLineNumber.activeForeground': colors('ink'),
        'editorIndentGuide.background1': colors('line'),
        'editorWidget.background': colors('raised'),
        'editorWidget.border': colors('line'),
        'editorSuggestWidget.background': colors('raised'),
        'editorSuggestWidget.border': colors('line'),
        'editorSuggestWidget.foreground': colors('ink'),
        'editorSuggestWidget.selectedBackground': colors('accent-soft'),
        'editorSuggestWidget.selectedForeground': colors('ink'),
        'editorSuggestWidget.highlightForeground': colors('accent'),
        'editorSuggestWidget.focusHighlightForeground': colors('accent'),
        'editorHoverWidget.background': colors('raised'),
        'editorHoverWidget.border': colors('line'),
        'editorHoverWidget.statusBarBackground': colors('sunken'),
        'textLink.foreground': colors('accent'),
        'textLink.activeForeground': colors('accent'),
        'diffEditor.insertedLineBackground': colors('worked-soft'),
        'diffEditor.insertedTextBackground': `${colors('worked')}33`,
        'diffEditor.removedLineBackground': colors('failed-soft'),
        'diffEditor.removedTextBackground': `${colors('failed')}33`,
        'diffEditor.diagonalFill': colors('line'),
        'diffEditor.unchangedRegionBackground': colors('sunken'),
        'diffEditor.unchangedRegionForeground': colors('muted'),
        'diffEditor.unchangedRegionShadow': '#00000000',
        ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((depth) => [`editorBracketHighlight.foreground${depth}`, colors('muted')])),
        'editorBracketMatch.background': colors('accent-soft'),
        'editorBracketMatch.border': '#00000000',
        'editor.wordHighlightBackground': `${colors('line')}99`,
        'editor.wordHighlightTextBackground': `${colors('line')}99`,
        'editor.wordHighlightStrongBackground': colors('accent-soft'),
        'editor.hoverHighlightBackground': colors('accent-soft'),
        'editorError.foreground': colors('failed'),
        'editorWarning.foreground': colors('waiting'),
        'scrollbar.shadow': '#00000000',
        'scrollbarSlider.background': `${colors('line-strong')}99`,
        'scrollbarSlider.hoverBackground': colors('line-strong'),
        'scrollbarSlider.activeBackground': colors('faint'),
        'list.hoverBackground': colors('sunken'),
        focusBorder: colors('focus'),
      },
    })
    monaco.editor.setTheme('holdfast')
  }
  apply()
  const chosen = new MutationObserver(apply)
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'style', 'class'] })
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', apply)
  return () => {
    chosen.disconnect()
    system.removeEventListener('change', apply)
  }
}

function isDark(): boolean {
  const scheme = getComputedStyle(document.documentElement).colorScheme
  return scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
}

/** The colours of the page as Monaco takes them: `#rrggbb`, with the theme already chosen. */
function readColors(): (name: string) => string {
  const probe = document.createElement('span')
  probe.hidden = true
  document.body.append(probe)
  const style = getComputedStyle(probe)
  const found = new Map<string, string>()
  const names = [
    'ink',
    'surface',
    'raised',
    'sunken',
    'line',
    'line-strong',
    'accent',
    'accent-soft',
    'faint',
    'muted',
    'failed',
    'failed-soft',
    'waiting',
    'worked',
    'worked-soft',
    'running',
    'focus',
    'family-logic',
    'family-start',
  ]
  for (const name of names) {
    probe.style.color = `var(--color-${name})`
    found.set(name, hexFrom(style.color))
  }
  probe.remove()
  return (name) => found.get(name) ?? '#808080'
}

function hexFrom(rgb: string): string {
  const parts = rgb
    .match(/[\d.]+/g)
    ?.slice(0, 3)
    .map(Number) ?? [128, 128, 128]
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}
