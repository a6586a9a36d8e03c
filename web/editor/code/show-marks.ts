import type { LineMark } from './line-marks.ts'
import { monaco } from './monaco.ts'

const owner = 'holdfast'
const severities = { error: monaco.MarkerSeverity.Error, warning: monaco.MarkerSeverity.Warning }
const signs = { error: '✕', warning: '!', log: '›', offer: '+' }

/** Shows what is said about lines in every editor of the text, in place of what was shown before. Answers how to take it away. */
export function showMarks(model: monaco.editor.ITextModel, marks: readonly LineMark[]): () => void {
  const shown = marks.filter(({ line }) => line >= 1 && line <= model.getLineCount())
  monaco.editor.setModelMarkers(
    model,
    owner,
    shown.flatMap((mark) => (mark.kind === 'log' || mark.kind === 'offer' ? [] : [markerOf(model, mark, severities[mark.kind])])),
  )
  const decorations = model.deltaDecorations(
    [],
    shown.flatMap((mark) => (mark.said === undefined ? [] : [wordsAtEnd(model, mark, mark.said)])),
  )
  return () => {
    if (model.isDisposed()) return
    model.deltaDecorations(decorations, [])
    monaco.editor.setModelMarkers(model, owner, [])
  }
}

function markerOf(
  model: monaco.editor.ITextModel,
  { line, column, message }: LineMark,
  severity: monaco.MarkerSeverity,
): monaco.editor.IMarkerData {
  const end = model.getLineMaxColumn(line)
  const start = Math.min(column ?? model.getLineFirstNonWhitespaceColumn(line), Math.max(1, end - 1))
  const word = column === undefined ? null : model.getWordAtPosition({ lineNumber: line, column })
  return {
    severity,
    message,
    startLineNumber: line,
    endLineNumber: line,
    startColumn: Math.max(1, start),
    endColumn: word === null ? end : word.endColumn,
  }
}

/** Text after the end of a line that is not part of it: the cursor can't go there and copying leaves it out. */
function wordsAtEnd(model: monaco.editor.ITextModel, mark: LineMark, said: string): monaco.editor.IModelDeltaDecoration {
  const end = model.getLineMaxColumn(mark.line)
  return {
    range: new monaco.Range(mark.line, end, mark.line, end),
    options: {
      showIfCollapsed: true,
      isWholeLine: mark.kind === 'error',
      ...(mark.kind === 'error' ? { className: 'code-line-failed' } : {}),
      hoverMessage: { value: mark.message, supportHtml: false, isTrusted: false },
      after: {
        // Words are broken between, the sign stays with the first.
        content: `   ${signs[mark.kind]}\u00a0${said}`,
        inlineClassName: `code-said code-said-${mark.kind}`,
        inlineClassNameAffectsLetterSpacing: true,
        cursorStops: monaco.editor.InjectedTextCursorStops.None,
      },
    },
  }
}
