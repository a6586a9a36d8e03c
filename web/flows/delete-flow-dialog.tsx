import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FlowSummary } from '#shared/api.ts'
import { call, problemText } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.ts'

/** Asks before a flow is deleted, since that can't be taken back, and says what stops with it. */
export function DeleteFlowDialog({ flow, onClose }: { flow: FlowSummary; onClose: () => void }) {
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: () => call('deleteFlow', { params: { id: flow.id } }),
    onSuccess: async () => {
      onClose()
      showToast({ title: `${flow.name} was deleted` })
      await queryClient.invalidateQueries({ queryKey: ['flows'] })
    },
  })
  const isLive = flow.publishedVersion !== null && flow.enabled
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${flow.name}?`}
      description={
        isLive
          ? 'It is on: nothing will start it any more, and its web addresses stop answering. A deleted flow can’t be brought back.'
          : 'Its draft and versions go with it. A deleted flow can’t be brought back.'
      }
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            Delete the flow
          </Button>
        </>
      }
    >
      {remove.isError && (
        <Notice tone="problem" title="It was not deleted">
          {problemText(remove.error)}
        </Notice>
      )}
    </Dialog>
  )
}
