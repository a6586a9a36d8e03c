import type { monaco } from './monaco.ts'

/** How code looks, alone and beside another version. */
export const editorOptions: monaco.editor.IEditorOptions & monaco.editor.IGlobalEditorOptions = {
  automaticLayout: true,
  fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSize: 13,
  lineHeight: 20,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  overviewRulerLanes: 0,
  renderLineHighlight: 'line',
  // The last line stays above the bar that scrolls long lines.
  padding: { top: 8, bottom: 12 },
  wrappingIndent: 'indent',
  // Not after a dot, as usual: `line.price` stays one word.
  wordWrapBreakAfterCharacters: ' \t})]?|/&,;',
  placeholder: 'export default async ({ trigger, steps, input, log }) => { … }',
  lineNumbersMinChars: 3,
  folding: true,
  glyphMargin: false,
  fixedOverflowWidgets: true,
  quickSuggestions: { other: true, comments: false, strings: true },
  scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 8, horizontalScrollbarSize: 8, useShadows: false },
}

/** Beside a canvas there is little room: wrapped, a long line and what is said at its end are seen whole. */
export function wrapOption(wraps: boolean): { wordWrap: 'on' | 'off' } {
  return { wordWrap: wraps ? 'on' : 'off' }
}

/** The same of two versions: they are wrapped both, or neither. */
export function diffWrapOption(wraps: boolean): { wordWrap: 'on' | 'off'; diffWordWrap: 'on' | 'off' } {
  return { ...wrapOption(wraps), diffWordWrap: wraps ? 'on' : 'off' }
}
