import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, problemText } from '../api/client.ts'
import { egressQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.ts'
import { ReachChoice } from './reach-choice.tsx'

const words = {
  anywhere: 'Anywhere public',
  anywhereHint: 'Every address of the internet.',
  none: 'With an empty list no step of any flow can call anything.',
}

/** Chooses where calls may go. Nothing changes before it is saved. */
export function EgressForm({ saved }: { saved: string[] | null }) {
  const queryClient = useQueryClient()
  const [allow, setAllow] = useState<readonly string[] | null>(saved)
  const isChanged = JSON.stringify(allow) !== JSON.stringify(saved)
  const save = useMutation({
    mutationFn: () => call('putEgress', { body: { allow: allow === null ? null : [...allow] } }),
    onSuccess: (now) => {
      showToast({ title: 'Calls to the outside were changed' })
      queryClient.setQueryData(egressQuery.queryKey, now)
    },
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged) save.mutate()
      }}
    >
      <ReachChoice allow={allow} onChange={setAllow} words={words} />
      {save.isError && (
        <Notice tone="problem" title="It was not saved">
          {problemText(save.error)}
        </Notice>
      )}
      <p className="text-small text-muted">
        A flow can narrow this further in its own settings. Changes are kept in the audit log.
      </p>
      <div>
        <Button type="submit" variant="primary" busy={save.isPending} disabled={!isChanged}>
          Save
        </Button>
      </div>
    </form>
  )
}
