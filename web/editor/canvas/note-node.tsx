import type { NodeProps } from '@xyflow/react'
import { memo, use, useState } from 'react'
import { setParams } from '../commands/step-fields.ts'
import { findNode } from '../document-index.ts'
import { EditorContext } from '../store.ts'
import { useCanvas } from './canvas-context.ts'
import type { StepNodeView } from './canvas-views.ts'

/** A piece of paper behind the flow. */
export const NoteNode = memo(function NoteNode({ id, selected }: NodeProps<StepNodeView>) {
  const text = useCanvas((state) => findNode(state.document, id)?.params['text'])
  const isWriting = useCanvas((state) => state.session.renaming === id)
  const editor = use(EditorContext)
  const words = typeof text === 'string' ? text : ''
  return (
    <div id={`step-${id}`} role="note" aria-label="Note" className="paper" data-selected={selected || undefined}>
      {isWriting && editor !== undefined ? (
        <NoteInput
          words={words}
          onDone={(next) => {
            if (next !== words) editor.run(setParams, { nodeId: id, params: { text: next } })
            editor.setSession({ renaming: undefined })
          }}
        />
      ) : (
        <p className={words === '' ? 'text-faint' : undefined}>{words === '' ? 'Double-click to write a note' : words}</p>
      )}
    </div>
  )
})

function NoteInput({ words, onDone }: { words: string; onDone: (words: string) => void }) {
  const [value, setValue] = useState(words)
  return (
    <textarea
      aria-label="Text of the note"
      className="nodrag nopan nowheel"
      value={value}
      ref={(area) => {
        if (area !== null && document.activeElement !== area) area.focus({ preventScroll: true })
      }}
      onChange={(event) => setValue(event.currentTarget.value)}
      onBlur={() => onDone(value)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') onDone(value)
      }}
    />
  )
}
