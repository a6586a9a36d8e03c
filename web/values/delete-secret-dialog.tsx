import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, problemText } from '../api/client.ts'
import { secretsQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.ts'

/** Nobody has the value any more, so it can't be undone: it is asked for. */
export function DeleteSecretDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: () => call('deleteSecret', { params: { name } }),
    onSuccess: async () => {
      onClose()
      showToast({ title: `${name} was deleted` })
      await queryClient.invalidateQueries({ queryKey: secretsQuery.queryKey })
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${name}?`}
      description="Steps that use it fail from now on, in runs that wait too. Its value can’t be brought back."
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            Delete the secret
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
