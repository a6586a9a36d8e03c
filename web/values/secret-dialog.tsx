import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { type SecretSummary, ValueName } from '#shared/values.ts'
import { call, problemText } from '../api/client.ts'
import { secretsQuery } from '../api/queries.ts'
import { HostList } from '../settings/host-list.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { TextArea } from '../ui/text-area.tsx'
import { TextField } from '../ui/text-field.tsx'
import { showToast } from '../ui/toast.ts'
import { FlowChoice } from './flow-choice.tsx'

interface SecretDialogProps {
  /** The one to change; else one is added. */
  secret?: SecretSummary
  /** What a new one may be called. */
  suggestedName?: string
  /** It is only compared with what callers bring, so where it may be sent isn't asked. */
  isForChecking?: boolean
  onClose: () => void
  onSaved?: (name: string) => void
}

/** Adds a secret, or changes one: its value, who may use it, and where it may be sent. */
export function SecretDialog({ secret, suggestedName = '', isForChecking = false, onClose, onSaved }: SecretDialogProps) {
  const queryClient = useQueryClient()
  const [name, setName] = useState(secret?.name ?? suggestedName)
  const [value, setValue] = useState('')
  const [hosts, setHosts] = useState<readonly string[]>(secret?.hosts ?? [])
  const [flows, setFlows] = useState<SecretSummary['flows']>(secret?.flows ?? 'all')
  const nameProblem = secret || name === '' ? undefined : ValueName.safeParse(name.trim()).error?.issues[0]?.message
  const isReady = secret !== undefined || (name.trim() !== '' && nameProblem === undefined && value !== '')
  const save = useMutation({
    mutationFn: () => {
      const rest = { hosts: [...hosts], flows }
      return secret
        ? call('updateSecret', { params: { name: secret.name }, body: { ...rest, ...(value === '' ? {} : { value }) } })
        : call('createSecret', { body: { ...rest, name: name.trim(), value } })
    },
    onSuccess: async (saved) => {
      onClose()
      onSaved?.(saved.name)
      showToast({ title: secret ? `${saved.name} was changed` : `${saved.name} is kept` })
      await queryClient.invalidateQueries({ queryKey: secretsQuery.queryKey })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (isReady) save.mutate()
  }
  return (
    <Dialog
      open
      size="medium"
      onOpenChange={(open) => !open && onClose()}
      title={secret ? `Change ${secret.name}` : 'New secret'}
      description="Once it is saved, nobody can read the value again."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="secret" variant="primary" busy={save.isPending} disabled={!isReady}>
            Save
          </Button>
        </>
      }
    >
      <form id="secret" onSubmit={submit} className="flex flex-col gap-5" autoComplete="off">
        {save.isError && (
          <Notice tone="problem" title="It was not saved">
            {problemText(save.error)}
          </Notice>
        )}
        {secret === undefined && (
          <TextField
            label="Name"
            hint="Flows use it by this name."
            placeholder="stripe"
            required
            autoFocus
            mono
            error={nameProblem}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <TextArea
          label={secret ? 'New value' : 'Value'}
          hint={secret ? 'Leave it empty to keep the one it has.' : undefined}
          required={secret === undefined}
          mono
          rows={2}
          spellCheck={false}
          autoComplete="off"
          autoFocus={secret !== undefined}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
        <FlowChoice flows={flows} onChange={setFlows} />
        {!isForChecking && (
          <fieldset className="flex flex-col">
            <legend className="mb-1 text-label">Where it may be sent</legend>
            <p className="mb-2 text-small text-muted">
              A call to one of these hosts can carry it without the step ever seeing it: where a step signs in with it, or with{' '}
              <code className="font-mono">secrets.ref</code> in code. Checking who calls a flow needs none.
            </p>
            <HostList label="Hosts it may be sent to" hosts={hosts} onChange={setHosts} />
          </fieldset>
        )}
      </form>
    </Dialog>
  )
}
