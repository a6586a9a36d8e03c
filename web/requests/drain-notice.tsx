import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '../account/use-may.ts'
import { call, problemText } from '../api/client.ts'
import { drainQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { TextField } from '../ui/text-field.tsx'
import { showToast } from '../ui/toast.ts'
import { rateWords } from './request-words.ts'
import { SendDialog } from './send-dialog.tsx'
import { useDrainSteps } from './use-drain-steps.ts'

/** What is kept of a flow, and sending it through at a rate, with how far it has come. */
export function DrainNotice({ flowId, isPublished, isPaused }: { flowId: string; isPublished: boolean; isPaused: boolean }) {
  const [rate, setRate] = useState('10')
  const [isAsking, setAsking] = useState(false)
  const mayStart = useMay()('runs.start')
  const { data: drain } = useQuery(drainQuery(flowId))
  useDrainSteps(flowId, drain)
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (ratePerSecond: number | undefined) =>
      ratePerSecond === undefined
        ? call('stopDrain', { params: { id: flowId } })
        : call('startDrain', { params: { id: flowId }, body: { ratePerSecond } }),
    onSettled: () => setAsking(false),
    onSuccess: (next) => {
      client.setQueryData(drainQuery(flowId).queryKey, next)
      void client.invalidateQueries({ queryKey: ['flow', flowId, 'requests'] })
    },
    onError: (error) => showToast({ kind: 'problem', title: 'That didn’t work', description: problemText(error) }),
  })
  if (drain === undefined) return null
  if (drain.status === 'running' || drain.status === 'waiting')
    return (
      <Notice
        tone="waiting"
        title={`${(drain.total - drain.left).toLocaleString('en')} of ${drain.total.toLocaleString('en')} kept requests sent through`}
        actions={
          mayStart && (
            <Button busy={change.isPending} onClick={() => change.mutate(undefined)}>
              Stop sending
            </Button>
          )
        }
      >
        {drain.status === 'waiting'
          ? 'They go on when the flow is on and not paused.'
          : `In the order they came, ${rateWords(drain.ratePerSecond ?? 1)}.`}
        <progress
          className="mt-2 block h-1.5 w-full appearance-none forced-color-adjust-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
          aria-label="Sent through"
          max={drain.total}
          value={drain.total - drain.left}
        />
      </Notice>
    )
  if (drain.kept === 0 || !isPublished || !mayStart) return null
  const wanted = Number(rate)
  const isOne = drain.kept === 1
  const isGood = wanted > 0 && wanted <= 1000
  return (
    <Notice
      title={
        isOne ? '1 request is kept and started no run' : `${drain.kept.toLocaleString('en')} requests are kept and started no run`
      }
      actions={
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (isGood) setAsking(true)
          }}
        >
          {!isOne && (
            <TextField
              label="How many a second"
              inputMode="decimal"
              className="w-36"
              value={rate}
              error={isGood ? undefined : 'From 0.01 to 1,000'}
              onChange={(event) => setRate(event.target.value)}
            />
          )}
          <Button type="submit" variant="primary" busy={change.isPending}>
            {isOne ? 'Send it through…' : 'Send all through…'}
          </Button>
          <SendDialog
            open={isAsking}
            title={isOne ? 'Send it through?' : `Send ${drain.kept.toLocaleString('en')} requests through?`}
            description={
              isOne
                ? 'The live version starts a run with it, and what its steps do in other systems is done for real.'
                : `The live version starts a run for each, ${rateWords(wanted)}, and what its steps do in other systems is done for real. You can stop it at any time.`
            }
            action={isOne ? 'Send it through' : 'Send all through'}
            busy={change.isPending}
            onSend={() => change.mutate(wanted)}
            onClose={() => setAsking(false)}
          />
        </form>
      }
    >
      {isOne
        ? 'It came while the flow was a draft, off or paused, and can be sent through the live version, which starts one run. '
        : 'They came while the flow was a draft, off or paused, and can be sent through the live version in that order. Each starts one run. '}
      {isPaused && 'What came since it was paused goes through by itself once the flow goes on. '}
      What the flow’s own condition or limits left out isn’t counted here: send it through one by one.
    </Notice>
  )
}
