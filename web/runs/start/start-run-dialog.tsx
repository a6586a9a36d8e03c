import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useRef, useState, type SubmitEvent } from 'react'
import type { FlowDetail } from '#shared/api.ts'
import type { FlowNode } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'
import { call, problemText } from '../../api/client.ts'
import { RawValue } from '../../editor/inspector/form/raw-value.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { StartField } from './start-field.tsx'
import { beginWith, type Input, inputProblems, startFields } from './start-fields.ts'

interface StartRunDialogProps {
  flow: FlowDetail
  start: FlowNode
  onClose: () => void
}

/** Asks for what the flow's start wants to know, and starts a run with it. */
export function StartRunDialog({ flow, start, onClose }: StartRunDialogProps) {
  const schema = start.params['input']
  const fields = useMemo(() => startFields(schema), [schema])
  const [given, setGiven] = useState<Input>(() => beginWith(fields))
  const [whole, setWhole] = useState<Json | undefined>()
  const [isSent, setIsSent] = useState(false)
  const problems = isSent ? inputProblems(schema, given) : new Map<string, string>()
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  // Pressed twice, or sent again after a lost answer, it is one run; with other data it is another.
  const [idempotencyKey, setKey] = useState(newKey)
  const input = fields.length > 0 ? given : whole
  const starting = useMutation({
    mutationFn: () =>
      call('startRun', {
        params: { id: flow.id },
        body: { trigger: start.id, idempotencyKey, ...(input === undefined ? {} : { input }) },
      }),
    onSuccess: async (run) => {
      if ('runId' in run) return
      await navigate({ to: '/flows/$flow/runs/$run', params: { flow: flow.id, run: run.id } })
    },
  })
  const isDropped = starting.data !== undefined && 'runId' in starting.data

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    setIsSent(true)
    if (inputProblems(schema, given).size === 0) starting.mutate()
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
  }

  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Start ${flow.name}`}
      description={fields.length > 0 ? 'The run begins with what you fill in here.' : 'The run begins at once.'}
      size={fields.length > 6 ? 'medium' : 'small'}
      footer={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="start-run" busy={starting.isPending}>
            Start
          </Button>
        </>
      }
    >
      <form id="start-run" ref={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        {starting.error !== null && (
          <Notice tone="problem" title="The run did not start">
            {problemText(starting.error)}
          </Notice>
        )}
        {isDropped && (
          <Notice tone="problem" title="The run did not start">
            The flow’s own settings let in no more runs at the moment. Try again later.
          </Notice>
        )}
        {fields.map((field) => (
          <StartField
            key={field.name}
            field={field}
            value={given[field.name]}
            problems={problems}
            onChange={(value) => {
              const { [field.name]: _before, ...rest } = given
              setGiven(value === undefined ? rest : { ...rest, [field.name]: value })
              setKey(newKey())
            }}
          />
        ))}
        {fields.length === 0 && (
          <details data-dev>
            <summary className="text-label">Give it data</summary>
            <div className="mt-2">
              <RawValue
                label="Data"
                hint="As later steps see it."
                value={whole}
                onChange={(value) => {
                  setWhole(value)
                  setKey(newKey())
                }}
                disabled={false}
              />
            </div>
          </details>
        )}
      </form>
    </Dialog>
  )
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
