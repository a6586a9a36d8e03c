import { Code } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { findNode } from '../document-index.ts'
import { useStepId } from '../inspector/step-in-focus.ts'
import { useEditor, useEditorStore } from '../store.ts'

/** A code step for those who don't read code: what it does in somebody's words. Its inputs stand above. */
export function CodeCard({ onView }: { onView: () => void }) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const note = useEditor((state) => findNode(state.document, stepId)?.note?.trim() ?? '')
  const lines = useEditor((state) => {
    const code = findNode(state.document, stepId)?.params['code']
    return typeof code === 'string' && code.trim() !== '' ? code.trimEnd().split('\n').length : 0
  })
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <section
      data-param="code"
      aria-label="What it does"
      className="flex flex-col gap-3 rounded-card border border-line bg-sunken p-4"
    >
      <h2 className="text-label">What it does</h2>
      {note === '' ? (
        <p className="text-body text-muted">
          Nobody has written it down yet.{' '}
          {!readOnly && (
            <button
              type="button"
              className="text-accent underline underline-offset-2"
              onClick={() => editor.setSession({ inspectorTab: 'notes' })}
            >
              Add a note
            </button>
          )}
        </p>
      ) : (
        <p className="text-body whitespace-pre-wrap">{note}</p>
      )}
      <div className="flex items-center gap-3">
        <Button icon={<Code size={16} />} onClick={onView}>
          View code
        </Button>
        <span className="text-small text-muted">{lines === 1 ? '1 line' : `${lines} lines`}</span>
      </div>
    </section>
  )
}
