import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { ApiKeyScope } from '#shared/api.ts'
import type { z } from 'zod'
import { call, problemText } from '../api/client.ts'
import { apiKeysQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { CopyButton } from '../ui/copy-button.tsx'

type Scope = z.infer<typeof ApiKeyScope>

const scopeWords: Record<Scope, { label: string; hint: string }> = {
  read: { label: 'Read', hint: 'See flows, runs and what happened in them.' },
  run: { label: 'Run', hint: 'Start flows, and see the runs it started.' },
  build: { label: 'Build', hint: 'Make, change, test and publish flows.' },
  admin: { label: 'Everything', hint: 'All of the above, API keys and the installation.' },
}

const scopesInOrder = ['read', 'run', 'build', 'admin'] as const satisfies readonly Scope[]

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'Never' },
] as const

/** Asks what a key is for and may do, makes it, and shows its value this one time. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set(['run']))
  const [lifetime, setLifetime] = useState<(typeof lifetimes)[number]['value']>('90')
  const create = useMutation({
    mutationFn: () =>
      call('createApiKey', {
        body: {
          name: name.trim(),
          scopes: [...scopes],
          ...(lifetime === 'never' ? {} : { expiresAt: new Date(Date.now() + Number(lifetime) * 86_400_000).toISOString() }),
        },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  })
  const toggle = (scope: Scope, isOn: boolean) => {
    const next = new Set(scopes)
    if (isOn) next.add(scope)
    else next.delete(scope)
    setScopes(next)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim() !== '' && scopes.size > 0) create.mutate()
  }

  if (create.isSuccess) {
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title="Copy the key now"
        description="This is the only time it is shown. Whoever has it can do what it allows."
        footer={
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <div className="flex items-start gap-2">
          <code
            data-testid="api-key"
            className="min-w-0 flex-1 rounded-field bg-sunken px-3 py-1.5 font-mono text-code break-all select-all"
          >
            {create.data.key}
          </code>
          <CopyButton text={create.data.key} />
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New API key"
      description="For a program that talks to Holdfast."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="create-key"
            variant="primary"
            busy={create.isPending}
            disabled={name.trim() === '' || scopes.size === 0}
          >
            Make the key
          </Button>
        </>
      }
    >
      <form id="create-key" onSubmit={submit} className="flex flex-col gap-4">
        {create.isError && (
          <Notice tone="problem" title="The key was not made">
            {problemText(create.error)}
          </Notice>
        )}
        <TextField
          label="Name"
          placeholder="Billing server"
          required
          autoFocus
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className="flex flex-col gap-2.5">
          <legend className="mb-2 text-label">What it may do</legend>
          {scopesInOrder.map((scope) => (
            <Checkbox key={scope} {...scopeWords[scope]} checked={scopes.has(scope)} onChange={(isOn) => toggle(scope, isOn)} />
          ))}
        </fieldset>
        <Select label="Stops working after" options={lifetimes} value={lifetime} onChange={setLifetime} className="w-40" />
      </form>
    </Dialog>
  )
}
