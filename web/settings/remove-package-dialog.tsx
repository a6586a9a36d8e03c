import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, isApiProblem, problemText } from '../api/client.ts'
import { packagesQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.ts'

/** Asks before a package goes, and once more when published flows import it. */
export function RemovePackageDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: (evenIfUsed: 'true' | 'false') => call('deletePackage', { params: { name }, query: { evenIfUsed } }),
    onSuccess: async () => {
      onClose()
      showToast({ title: `${name} was removed` })
      await queryClient.invalidateQueries({ queryKey: packagesQuery.queryKey })
    },
  })
  const isUsed = isApiProblem(remove.error) && remove.error.code === 'package_in_use'
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${name}?`}
      description="Steps that import it can’t be tested or published any more. It can be added again."
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate(isUsed ? 'true' : 'false')}>
            {isUsed ? 'Remove it all the same' : 'Remove the package'}
          </Button>
        </>
      }
    >
      {isUsed && (
        <Notice tone="waiting" title="Published flows import it">
          They go on with the code they were published with, and can’t be published again without it.
        </Notice>
      )}
      {remove.isError && !isUsed && (
        <Notice tone="problem" title="It was not removed">
          {problemText(remove.error)}
        </Notice>
      )}
    </Dialog>
  )
}
