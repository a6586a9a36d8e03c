import { monaco } from '../monaco.ts'
import { typescriptDefaults } from 'monaco-editor/languages/features/typescript/register'
import { formatCode, type Formatted } from './format-code.ts'

export type FormatOutcome =
  | Formatted
  /** It was laid out well already, or was changed while that was looked at. */
  | { kind: 'same' }
  | { kind: 'unavailable' }

const owner = 'holdfast-format'

// TypeScript brings a formatter too; one that disagrees is worse than none.
typescriptDefaults.setModeConfiguration({
  ...typescriptDefaults.modeConfiguration,
  documentRangeFormattingEdits: false,
})

/**
 * Lays the text out anew, without putting it in place yet. Text that can't be read stays as it is, with the place
 * marked until it is changed.
 */
export async function formatModel(model: monaco.editor.ITextModel, position: monaco.IPosition | null): Promise<FormatOutcome> {
  const version = model.getVersionId()
  const code = model.getValue()
  let formatted: Formatted
  try {
    formatted = await formatCode(code, position === null ? 0 : model.getOffsetAt(position))
  } catch {
    return { kind: 'unavailable' }
  }
  // What was typed meanwhile is newer than the answer.
  if (model.isDisposed() || model.getVersionId() !== version) return { kind: 'same' }
  monaco.editor.setModelMarkers(model, owner, [])
  if (formatted.kind === 'refused') markPlace(model, formatted)
  return formatted.kind === 'formatted' && formatted.code === code ? { kind: 'same' } : formatted
}

function markPlace(model: monaco.editor.ITextModel, { line, column, message }: Formatted & { kind: 'refused' }): void {
  const lineNumber = Math.min(Math.max(1, line), model.getLineCount())
  const word = model.getWordAtPosition({ lineNumber, column })
  monaco.editor.setModelMarkers(model, owner, [
    {
      severity: monaco.MarkerSeverity.Error,
      message: `Can’t be formatted: ${message}`,
      startLineNumber: lineNumber,
      endLineNumber: lineNumber,
      startColumn: column,
      endColumn: word?.endColumn ?? column + 1,
    },
  ])
  const once = model.onDidChangeContent(() => {
    once.dispose()
    monaco.editor.setModelMarkers(model, owner, [])
  })
}
