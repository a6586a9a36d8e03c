import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, problemText } from '../api/client.ts'
import { egressQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.ts'
import { HostList } from './host-list.tsx'

type Reach = 'anywhere' | 'listed'

const choices = [
  { reach: 'anywhere', label: 'Anywhere public', hint: 'Every address of the internet.' },
  { reach: 'listed', label: 'Only these hosts', hint: 'Every other call is refused, and the step says so.' },
] as const

/** Chooses where calls may go. Nothing changes before it is saved. */
export function EgressForm({ saved }: { saved: string[] | null }) {
  const queryClient = useQueryClient()
  const [reach, setReach] = useState<Reach>(saved === null ? 'anywhere' : 'listed')
  const [hosts, setHosts] = useState<readonly string[]>(saved ?? [])
  const allow = reach === 'anywhere' ? null : [...hosts]
  const isChanged = JSON.stringify(allow) !== JSON.stringify(saved)
  const save = useMutation({
    mutationFn: () => call('putEgress', { body: { allow } }),
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
      <RadioGroup<Reach>
        aria-label="Calls may go"
        value={reach}
        onValueChange={(next) => setReach(next)}
        className="grid gap-2.5"
      >
        {choices.map(({ reach: value, label, hint }) => (
          <label
            key={value}
            className="flex items-start gap-3 rounded-card border border-line bg-surface px-4 py-3 transition-colors hover:border-line-strong has-data-checked:border-accent has-data-checked:ring-1 has-data-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
          >
            <Radio.Root
              value={value}
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong outline-none! data-checked:border-accent"
            >
              <Radio.Indicator className="size-2 rounded-full bg-accent forced-colors:bg-[Highlight]" />
            </Radio.Root>
            <span className="min-w-0">
              <span className="block text-label leading-5">{label}</span>
              <span className="block text-small text-muted">{hint}</span>
            </span>
          </label>
        ))}
      </RadioGroup>
      {reach === 'listed' && <HostList hosts={hosts} onChange={setHosts} />}
      {reach === 'listed' && hosts.length === 0 && (
        <Notice tone="waiting" title="No host is listed">
          With an empty list no step of any flow can call anything.
        </Notice>
      )}
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
