import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { Json } from '#shared/json.ts'
import { ValueName, type Variable } from '#shared/values.ts'
import { call, problemText } from '../api/client.ts'
import { variablesQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextArea } from '../ui/text-area.tsx'
import { TextField } from '../ui/text-field.tsx'
import { showToast } from '../ui/toast.ts'
import { kindOf, readValue, textFromValue, valueKinds } from './value-kinds.ts'

/** Adds a shared value, or changes one. */
export function SharedValueDialog({ variable, onClose }: { variable?: Variable; onClose: () => void }) {
  const queryClient = useQueryClient()
  const [name, setName] = useState(variable?.name ?? '')
  const [kind, setKind] = useState(kindOf(variable?.value ?? ''))
  const [text, setText] = useState(variable ? textFromValue(variable.value) : '')
  const [hasTried, setTried] = useState(false)
  const nameProblem = variable || name === '' ? undefined : ValueName.safeParse(name.trim()).error?.issues[0]?.message
  const isNamed = name.trim() !== '' && nameProblem === undefined
  const read = readValue(kind, text)
  const save = useMutation({
    mutationFn: (value: Json) =>
      variable
        ? call('putVariable', { params: { name: variable.name }, body: { value } })
        : call('createVariable', { body: { name: name.trim(), value } }),
    onSuccess: async () => {
      onClose()
      showToast({ title: variable ? `${variable.name} was changed` : `${name.trim()} is kept` })
      await queryClient.invalidateQueries({ queryKey: variablesQuery.queryKey })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (isNamed && 'value' in read) save.mutate(read.value)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={variable ? `Change ${variable.name}` : 'New shared value'}
      description={variable ? 'Runs that have begun keep the value it had.' : 'Every flow can use it by its name.'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="shared-value" variant="primary" busy={save.isPending} disabled={!isNamed}>
            Save
          </Button>
        </>
      }
    >
      <form id="shared-value" onSubmit={submit} className="flex flex-col gap-4" autoComplete="off">
        {save.isError && (
          <Notice tone="problem" title="It was not saved">
            {problemText(save.error)}
          </Notice>
        )}
        {variable === undefined && (
          <TextField
            label="Name"
            placeholder="shopUrl"
            required
            autoFocus
            mono
            error={nameProblem}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <Select label="Kind" options={valueKinds} value={kind} onChange={setKind} className="w-44" />
        {kind === 'yesNo' ? (
          <Switch label="Yes" checked={text === 'true'} onChange={(isOn) => setText(String(isOn))} />
        ) : (
          <TextArea
            label="Value"
            mono={kind === 'data'}
            rows={kind === 'number' ? 1 : 3}
            autoFocus={variable !== undefined}
            error={hasTried && 'problem' in read ? read.problem : undefined}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </form>
    </Dialog>
  )
}
