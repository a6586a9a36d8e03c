import { TextArea } from '../../ui/text-area.tsx'
import { setNote } from '../commands/step-fields.ts'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { useStepId } from './step-in-focus.ts'

/** Words for people about this step. */
export function NotesTab() {
  const editor = useEditorStore()
  const stepId = useStepId()
  const note = useEditor((state) => findNode(state.document, stepId)?.note ?? '')
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <div className="p-4">
      <TextArea
        label="Note"
        hint="Shown when somebody points at the step on the canvas."
        rows={6}
        maxLength={20_000}
        value={note}
        readOnly={readOnly}
        onChange={(event) => editor.run(setNote, { nodeId: stepId, note: event.target.value })}
      />
    </div>
  )
}
