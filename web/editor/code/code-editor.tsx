import { useEffect, useEffectEvent, useRef } from 'react'
import { followTheme } from './monaco-theme.ts'
import { monaco, setContextTypes } from './monaco.ts'

export interface CodeMark {
  line: number
  column: number | undefined
  message: string
}

export interface CodeEditorProps {
  stepId: string
  label: string
  code: string
  onChange: (code: string) => void
  /** Declarations of what the code can name. */
  types: string
  /** Where the last test failed, or what the check says about lines. */
  marks: readonly CodeMark[]
  onRun: () => void
  onFullScreen: () => void
  readOnly: boolean
  /** A line that is to be shown, and what to do once it is. */
  line: number | undefined
  onLineShown: () => void
  /** Told once, when the editor can be typed in. */
  onReady?: () => void
}

/** Monaco around one code step. Its own undo works inside; what it says is put into the document as it is typed. */
export function CodeEditor({
  stepId,
  label,
  code,
  onChange,
  types,
  marks,
  onRun,
  onFullScreen,
  readOnly,
  line,
  onLineShown,
  onReady,
}: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined)
  const changed = useEffectEvent(onChange)
  const run = useEffectEvent(onRun)
  const fullScreen = useEffectEvent(onFullScreen)
  const lineShown = useEffectEvent(onLineShown)
  const ready = useEffectEvent(() => onReady?.())
  const initial = useEffectEvent(() => ({ code, label, readOnly }))

  useEffect(() => setContextTypes(stepId, types), [stepId, types])

  useEffect(() => {
    if (place.current === null) return undefined
    const first = initial()
    const stopFollowing = followTheme()
    const model = monaco.editor.createModel(first.code, 'typescript', monaco.Uri.parse(`file:///steps/${stepId}/code.ts`))
    const made = monaco.editor.create(place.current, {
      model,
      ariaLabel: first.label,
      readOnly: first.readOnly,
      automaticLayout: true,
      fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
      fontSize: 13,
      lineHeight: 20,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      overviewRulerLanes: 0,
      renderLineHighlight: 'line',
      tabSize: 2,
      padding: { top: 8, bottom: 8 },
      lineNumbersMinChars: 3,
      folding: true,
      glyphMargin: false,
      fixedOverflowWidgets: true,
      quickSuggestions: { other: true, comments: false, strings: true },
      scrollbar: { alwaysConsumeMouseWheel: false },
    })
    editor.current = made
    const changes = model.onDidChangeContent(() => changed(model.getValue()))
    made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => run())
    made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyMod.Shift | monaco.KeyCode.KeyE, () => fullScreen())
    made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, () => {
      // The flow saves itself; what Ctrl+S adds is order.
      void made.getAction('editor.action.formatDocument')?.run()
    })
    const stopLeaving = leaveByEscapeTab(made)
    ready()
    return () => {
      stopLeaving()
      changes.dispose()
      made.dispose()
      model.dispose()
      stopFollowing()
      editor.current = undefined
    }
  }, [stepId])

  // What comes from elsewhere (an undo of the flow, another tab) replaces the text; what was typed here is there already.
  useEffect(() => {
    const model = editor.current?.getModel()
    if (model !== null && model !== undefined && model.getValue() !== code) {
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text: code }], () => null)
    }
  }, [code])
  useEffect(() => editor.current?.updateOptions({ readOnly }), [readOnly])
  useEffect(() => {
    const model = editor.current?.getModel()
    if (model !== null && model !== undefined) showMarks(model, marks)
  }, [marks])

  useEffect(() => {
    const made = editor.current
    if (line === undefined || made === undefined) return
    // The code may have become shorter since somebody noted the line.
    const lineNumber = Math.min(Math.max(1, line), made.getModel()?.getLineCount() ?? 1)
    made.setPosition({ lineNumber, column: made.getModel()?.getLineFirstNonWhitespaceColumn(lineNumber) ?? 1 })
    made.revealLineInCenter(lineNumber)
    made.focus()
    lineShown()
  }, [line])

  return <div ref={place} className="absolute inset-0" />
}

function showMarks(model: monaco.editor.ITextModel, marks: readonly CodeMark[]): void {
  monaco.editor.setModelMarkers(
    model,
    'holdfast',
    marks.flatMap(({ line, column, message }) => {
      if (line < 1 || line > model.getLineCount()) return []
      const start = column ?? model.getLineFirstNonWhitespaceColumn(line)
      return [
        {
          severity: monaco.MarkerSeverity.Error,
          message,
          startLineNumber: line,
          endLineNumber: line,
          startColumn: Math.max(1, start),
          endColumn: model.getLineMaxColumn(line),
        },
      ]
    }),
  )
}

/** Tab indents while one writes. Esc lets the next Tab leave, as a hint under the editor says. */
function leaveByEscapeTab(editor: monaco.editor.IStandaloneCodeEditor): () => void {
  let mayLeave = false
  const keys = editor.onKeyDown((event) => {
    if (event.keyCode === monaco.KeyCode.Escape) {
      // The first Esc belongs to an open list or find box; only with nothing open it means leaving.
      mayLeave = true
      editor.updateOptions({ tabFocusMode: true })
      // Esc would also close the set-up around the editor.
      event.browserEvent.stopPropagation()
    } else if (mayLeave && event.keyCode !== monaco.KeyCode.Tab && event.keyCode !== monaco.KeyCode.Shift) {
      mayLeave = false
      editor.updateOptions({ tabFocusMode: false })
    }
  })
  const blur = editor.onDidBlurEditorText(() => {
    mayLeave = false
    editor.updateOptions({ tabFocusMode: false })
  })
  return () => {
    keys.dispose()
    blur.dispose()
  }
}
