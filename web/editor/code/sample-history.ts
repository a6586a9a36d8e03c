import { useEffect } from 'react'
import type { Json } from '#shared/json.ts'
import { useEditorStore, type Editor } from '../store.ts'

// Types are merged from this many of the last values; more would make them slower, not better.
const mostKept = 20

const seen = new WeakMap<Editor, Map<string, Json[]>>()

/** The samples a step has had in this sitting, newest last: several tell which fields are sometimes missing. */
export function samplesSeen(editor: Editor, stepId: string): readonly Json[] {
  const kept = seen.get(editor)?.get(stepId) ?? []
  const current = editor.store.getState().overlay.samples.get(stepId)
  if (current === undefined) return []
  return kept.includes(current.value) ? kept : [...kept, current.value]
}

/** Remembers each sample that comes, for as long as the editor is open. */
export function useSampleHistory(): void {
  const editor = useEditorStore()
  useEffect(() => {
    const history = seen.get(editor) ?? new Map<string, Json[]>()
    seen.set(editor, history)
    const note = () => {
      for (const [id, sample] of editor.store.getState().overlay.samples) {
        const values = history.get(id) ?? []
        if (values.includes(sample.value)) continue
        history.set(id, [...values, sample.value].slice(-mostKept))
      }
    }
    note()
    return editor.store.subscribe((state, before) => state.overlay.samples !== before.overlay.samples && note())
  }, [editor])
}
