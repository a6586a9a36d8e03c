import { useState } from 'react'
import { call, problemText } from '../../api/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { changesBetween, type FlowChange } from '#shared/flow-changes.ts'
import { undo } from '../commands/history.ts'
import { useEditor, useEditorStore } from '../store.ts'

/** When the draft can't be saved: because somebody else did, or because the server doesn't take it. Nothing is overwritten. */
export function ConflictBanner({ onReload }: { onReload: () => void }) {
  const editor = useEditorStore()
  const save = useEditor((state) => state.save)
  const flowId = useEditor((state) => state.flow.id)
  const [difference, setDifference] = useState<FlowChange[] | string | undefined>(undefined)
  if (save.kind !== 'conflict' && save.kind !== 'refused') return null

  const see = async () => {
    try {
      const { document } = await call('getFlow', { params: { id: flowId } })
      setDifference(changesBetween(document, editor.store.getState().document))
    } catch (error) {
      setDifference(problemText(error))
    }
  }
  return (
    <div className="absolute inset-x-4 top-4 z-30 mx-auto max-w-140">
      {save.kind === 'conflict' ? (
        <Notice
          tone="problem"
          title="Someone changed this flow"
          actions={
            <>
              <Button size="small" onClick={() => void see()}>
                See the difference
              </Button>
              <Button size="small" onClick={onReload}>
                Reload
              </Button>
            </>
          }
        >
          Your last changes are kept here and nothing was overwritten. Reload to go on with their version.
        </Notice>
      ) : (
        <Notice
          tone="problem"
          title="This change can't be saved"
          actions={
            <>
              <Button size="small" onClick={() => editor.run(undo, undefined)}>
                Undo
              </Button>
              <Button size="small" onClick={onReload}>
                Reload
              </Button>
            </>
          }
        >
          {save.message}
        </Notice>
      )}
      {difference !== undefined && (
        <Dialog
          open
          onOpenChange={() => setDifference(undefined)}
          title="What is different here"
          description="Compared with what is saved now."
          footer={<Button onClick={() => setDifference(undefined)}>Close</Button>}
        >
          {typeof difference === 'string' ? (
            difference
          ) : difference.length === 0 ? (
            'Only where steps stand on the canvas.'
          ) : (
            <ul className="flex flex-col gap-1.5">
              {difference.map((change) => (
                <li key={`${change.kind} ${change.stepId ?? change.name}`}>
                  <span className="font-medium">{change.name}</span> <span className="text-muted">{change.what}</span>
                </li>
              ))}
            </ul>
          )}
        </Dialog>
      )}
    </div>
  )
}
