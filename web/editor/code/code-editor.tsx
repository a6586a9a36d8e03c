import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState, type Ref } from 'react'
import { attachActions, type CodeActions } from './attach-actions.ts'
import { CompareEditor } from './compare-editor.tsx'
import { editorOptions, wrapOption } from './editor-options.ts'
import { formatModel, type FormatOutcome } from './format/format-model.ts'
import { setImports, takeOfferAt } from './imports/import-language.ts'
import type { PackageOffers } from './imports/use-package-offers.ts'
import type { LineMark } from './line-marks.ts'
import { followTheme } from './monaco-theme.ts'
import { monaco, setContextTypes, stepUri } from './monaco.ts'
import { replaceText } from './replace-text.ts'
import { showMarks } from './show-marks.ts'
import './code-editor.css'
import type { ContextTypes } from './use-context-types.ts'

/** What can be asked of the editor from outside. */
export interface CodeEditorHandle {
  format: () => Promise<void>
  /** Puts the cursor there and shows it. */
  goTo: (line: number, column: number | undefined) => void
}

export interface CodeEditorProps {
  ref?: Ref<CodeEditorHandle>
  stepId: string
  label: string
  code: string
  onChange: (code: string) => void
  /** Hears of the text as it was laid out anew, which is one thing to undo. */
  onFormat: (code: string) => void
  /** How formatting went; undefined as soon as that is old. */
  onFormatted: (outcome: FormatOutcome | undefined) => void
  /** Declarations of what the code can name. */
  types: ContextTypes
  marks: readonly LineMark[]
  imports: PackageOffers
  /** The text to look at this one beside; none while there is nothing to compare. */
  compareWith: string | undefined
  readOnly: boolean
  actions: Omit<CodeActions, 'format' | 'formatAndSave' | 'takeOffer'> & { save: () => void }
  formatsOnSave: boolean
  /** Long lines go on below instead of out of sight. */
  wraps: boolean
  /** A line that is to be shown, and what to do once it is. */
  line: number | undefined
  onLineShown: () => void
  onFocus: (isIn: boolean) => void
}

/** Monaco around one code step. What is typed goes into the flow at once, and undo is the flow's. */
export function CodeEditor(props: CodeEditorProps) {
  const { stepId, code, types, marks, imports, readOnly, wraps, compareWith, line, ref } = props
  const place = useRef<HTMLDivElement>(null)
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined)
  const [model, setModel] = useState<monaco.editor.ITextModel>()
  // While we put a text in ourselves, the change is no typing.
  const isPutting = useRef(false)
  const hear = useEffectEvent((): CodeEditorProps => props)

  const put = (into: monaco.editor.ITextModel, text: string) => {
    isPutting.current = true
    const end = replaceText(into, text)
    isPutting.current = false
    return end
  }

  const format = async () => {
    const made = editor.current
    const text = made?.getModel()
    if (made === undefined || text === null || text === undefined || hear().readOnly) return
    const outcome = await formatModel(text, made.getPosition())
    if (text.isDisposed()) return
    if (outcome.kind === 'formatted') {
      const top = made.getScrollTop()
      put(text, outcome.code)
      made.setPosition(text.getPositionAt(outcome.cursorOffset))
      made.setScrollTop(top)
      made.revealPositionInCenterIfOutsideViewport(text.getPositionAt(outcome.cursorOffset))
      hear().onFormat(outcome.code)
    }
    hear().onFormatted(outcome)
  }
  const formatNow = useEffectEvent(format)

  const attach = useEffectEvent((to: monaco.editor.IStandaloneCodeEditor) =>
    attachActions(to, {
      run: () => hear().actions.run(),
      undo: () => hear().actions.undo(),
      redo: () => hear().actions.redo(),
      escape: () => hear().actions.escape(),
      takeOffer: takeOfferAt,
      format: () => void formatNow(),
      formatAndSave: () => void (hear().formatsOnSave ? formatNow() : Promise.resolve()).then(() => hear().actions.save()),
    }),
  )

  useEffect(() => setContextTypes(types), [types])
  useEffect(() => setImports(imports), [imports])

  useEffect(() => {
    if (place.current === null) return undefined
    const first = hear()
    const stopFollowing = followTheme()
    const text = monaco.editor.createModel(first.code, 'typescript', stepUri(stepId))
    text.updateOptions({ tabSize: 2, insertSpaces: true })
    text.setEOL(monaco.editor.EndOfLineSequence.LF)
    const made = monaco.editor.create(place.current, {
      ...editorOptions,
      ...wrapOption(first.wraps),
      model: text,
      ariaLabel: `${first.label}. Press Esc, then Tab to leave the editor.`,
      readOnly: first.readOnly,
    })
    editor.current = made
    setModel(text)
    const changes = text.onDidChangeContent(() => {
      hear().onFormatted(undefined)
      if (!isPutting.current) hear().onChange(text.getValue())
    })
    const detach = attach(made)
    const clicks = made.onMouseDown(({ target }) => {
      if (target.element?.classList.contains('code-said-offer') === true && target.position !== null)
        takeOfferAt(target.position.lineNumber)
    })
    const focus = made.onDidFocusEditorText(() => hear().onFocus(true))
    const blur = made.onDidBlurEditorText(() => hear().onFocus(false))
    performance.mark('code-ready')
    return () => {
      for (const listener of [changes, focus, blur, clicks]) listener.dispose()
      detach()
      made.dispose()
      text.dispose()
      stopFollowing()
      editor.current = undefined
      setModel(undefined)
    }
  }, [stepId])

  // What comes from elsewhere (an undo, another tab) replaces the text; what was typed here is there already.
  const takeOver = useEffectEvent((next: string) => {
    const text = editor.current?.getModel()
    if (text === null || text === undefined || text.getValue() === next) return
    const end = put(text, next)
    editor.current?.setPosition(end)
    editor.current?.revealPositionInCenterIfOutsideViewport(end)
  })
  useEffect(() => takeOver(code), [code])
  useEffect(() => editor.current?.updateOptions({ readOnly, ...wrapOption(wraps) }), [readOnly, wraps])
  useEffect(() => (model === undefined ? undefined : showMarks(model, marks)), [model, marks])

  const goTo = (wanted: number, column: number | undefined) => {
    const made = editor.current
    const text = made?.getModel()
    if (made === undefined || text === null || text === undefined) return
    // The code may have become shorter since somebody noted the line.
    const lineNumber = Math.min(Math.max(1, wanted), text.getLineCount())
    const position = { lineNumber, column: column ?? text.getLineFirstNonWhitespaceColumn(lineNumber) }
    made.setPosition(position)
    made.revealPositionInCenterIfOutsideViewport(position)
    made.focus()
  }
  useImperativeHandle(ref, () => ({ format, goTo }))

  const showLine = useEffectEvent((wanted: number) => {
    goTo(wanted, undefined)
    hear().onLineShown()
  })
  useEffect(() => {
    if (line !== undefined && model !== undefined) showLine(line)
  }, [line, model])

  const isComparing = compareWith !== undefined && model !== undefined
  useEffect(() => {
    if (!isComparing) return undefined
    // The editor one was in goes away, and the focus with it.
    return () => {
      if (document.activeElement === document.body) editor.current?.focus()
    }
  }, [isComparing])
  return (
    <>
      <div ref={place} className="absolute inset-0" hidden={isComparing} />
      {isComparing && (
        <CompareEditor
          model={model}
          original={compareWith}
          readOnly={readOnly}
          wraps={wraps}
          label={props.label}
          attach={attach}
        />
      )}
    </>
  )
}
