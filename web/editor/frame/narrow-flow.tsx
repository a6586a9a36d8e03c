import { useEffect } from 'react'
import { useEditor, useEditorStore } from '../store.ts'
import { Outline } from './outline.tsx'

/** On a phone a flow is a list to read: steps open to be looked at, and nothing is changed by accident. */
export function NarrowFlow() {
  const editor = useEditorStore()
  const steps = useEditor((state) => state.document.nodes.length)
  useEffect(() => {
    const { readOnly } = editor.store.getState()
    editor.store.setState({ readOnly: true })
    performance.mark('canvas-ready')
    return () => editor.store.setState({ readOnly })
  }, [editor])
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-surface pt-2">
      <Outline opensOnClick />
      {steps > 0 && (
        <p className="border-t border-line px-4 py-2.5 text-small text-muted">Open this flow on a wider screen to change it.</p>
      )}
    </div>
  )
}
