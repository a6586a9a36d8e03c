import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { language } from 'monaco-editor/languages/definitions/typescript/typescript'
import { diffWrapOption, editorOptions } from './editor-options.ts'
import { monaco } from './monaco.ts'

// The live version is coloured and no more: what it may name was settled when it was published.
const plain = 'typescript-as-published'
monaco.languages.register({ id: plain })
monaco.languages.setMonarchTokensProvider(plain, language)

const sideBySideFrom = 720

interface CompareEditorProps {
  /** The text that is being worked on; it can be changed here too. */
  model: monaco.editor.ITextModel
  /** What it is compared with. */
  original: string
  readOnly: boolean
  wraps: boolean
  label: string
  attach: (editor: monaco.editor.IStandaloneCodeEditor) => () => void
}

/** Two versions of a step's code: what is live, and the draft. Side by side where there is room. */
export function CompareEditor({ model, original, readOnly, wraps, label, attach }: CompareEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const diff = useRef<monaco.editor.IStandaloneDiffEditor>(undefined)
  const begin = useEffectEvent((made: monaco.editor.IStandaloneDiffEditor) => attach(made.getModifiedEditor()))
  const first = useEffectEvent(() => ({ label, readOnly, wraps }))

  // Made anew when there comes to be room for two side by side: Monaco alone would not wrap the live one then.
  const [isWide, setIsWide] = useState<boolean>()
  useEffect(() => {
    if (place.current === null) return undefined
    const width = new ResizeObserver(([entry]) => setIsWide((entry?.contentRect.width ?? 0) >= sideBySideFrom))
    width.observe(place.current)
    return () => width.disconnect()
  }, [])

  useEffect(() => {
    if (place.current === null || isWide === undefined) return undefined
    const left = monaco.editor.createModel(original, plain)
    const made = monaco.editor.createDiffEditor(place.current, {
      ...editorOptions,
      ...diffWrapOption(first().wraps),
      originalEditable: false,
      readOnly: first().readOnly,
      renderSideBySide: isWide,
      useInlineViewWhenSpaceIsLimited: false,
      originalAriaLabel: `${first().label}, the live version`,
      modifiedAriaLabel: `${first().label}, this draft`,
      renderMarginRevertIcon: true,
      renderOverviewRuler: false,
      hideUnchangedRegions: { enabled: true, contextLineCount: 4, minimumLineCount: 8 },
    })
    made.setModel({ original: left, modified: model })
    diff.current = made
    const detach = begin(made)
    made.getModifiedEditor().focus()
    return () => {
      detach()
      made.dispose()
      // A comparison that is being made in the worker still asks for it.
      setTimeout(() => left.dispose(), 10_000)
      diff.current = undefined
    }
  }, [model, original, isWide])
  useEffect(() => diff.current?.updateOptions({ readOnly, ...diffWrapOption(wraps) }), [readOnly, wraps])

  return <div ref={place} className="absolute inset-0" />
}
