import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { sliceJson } from '#shared/json-text.ts'
import type { WholeRequest } from '#shared/inbox-request.ts'
import { useMay } from '../account/use-may.ts'
import { call, callText, problemText } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { showToast } from '../ui/toast.ts'
import { curlOfRequest } from './curl-of-request.ts'
import { SendDialog } from './send-dialog.tsx'

interface RequestActionsProps {
  request: WholeRequest
  /** The live version, when there is one. */
  version: number | null
  /** Where it came in, when it came over the web. */
  url: string | undefined
  /** Headers that the start checks. */
  secretHeaders: readonly string[]
}

/** What can be done with a request that is readable. */
export function RequestActions({ request, version, url, secretHeaders }: RequestActionsProps) {
  const { flowId } = request
  const params = { id: flowId, request: request.id }
  const [isAsking, setAsking] = useState(false)
  const may = useMay()
  const client = useQueryClient()
  const failed = (error: unknown) => showToast({ kind: 'problem', title: 'That didn’t work', description: problemText(error) })
  const send = useMutation({
    mutationFn: (to: 'draft' | 'live') => call('sendRequest', { params, body: { to } }),
    onSuccess: (run, to) => {
      setAsking(false)
      void client.invalidateQueries({ queryKey: ['flow', flowId, 'requests'] })
      showToast(
        'id' in run
          ? { kind: 'success', title: to === 'live' ? `Sent through version ${version ?? ''}` : 'Sent through the draft' }
          : { kind: 'problem', title: 'It started no run', description: 'The flow’s limits don’t allow another one just now.' },
      )
    },
    onError: (error) => {
      setAsking(false)
      failed(error)
    },
  })
  const sample = useMutation({
    mutationFn: () => call('sampleRequest', { params, body: {} }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['flow', flowId, 'samples'] })
      showToast({ kind: 'success', title: 'The start step now uses this request as its sample' })
    },
    onError: failed,
  })
  const copy = useMutation({
    mutationFn: async () => {
      const trigger = sliceJson(await callText('getRequest', { params }), ['trigger']) ?? 'null'
      const command = curlOfRequest(url ?? '', trigger, secretHeaders)
      await navigator.clipboard.writeText(command.text)
      return command
    },
    onSuccess: ({ leftOut, hasFiles }) =>
      showToast({
        kind: 'success',
        title: 'Copied as a command',
        description: [
          leftOut.length > 0 ? `Without what proves who sent it: ${leftOut.join(', ')}.` : '',
          hasFiles ? 'Without the files that came with it.' : '',
        ]
          .filter((words) => words !== '')
          .join(' '),
      }),
    onError: failed,
  })
  const isAgain = request.runId !== null || request.sent.some(({ to }) => to === 'live')
  return (
    <div className="flex flex-wrap gap-2">
      {may('flows.edit') && (
        <Button busy={sample.isPending} onClick={() => sample.mutate()}>
          Use as sample
        </Button>
      )}
      {may('runs.start') && (
        <Button busy={send.isPending && send.variables === 'draft'} onClick={() => send.mutate('draft')}>
          Send through the draft
        </Button>
      )}
      {may('runs.start') && version !== null && (
        <Button busy={send.isPending && send.variables === 'live'} onClick={() => setAsking(true)}>
          Send through version {version} (live)…
        </Button>
      )}
      {url !== undefined && (
        <Button busy={copy.isPending} onClick={() => copy.mutate()}>
          Copy as curl
        </Button>
      )}
      <SendDialog
        open={isAsking}
        title={isAgain ? 'Send it through once more?' : 'Send it through?'}
        description={
          isAgain
            ? `This request has started a run before. Version ${version ?? ''} starts another one, and what its steps do in other systems is done again.`
            : `Version ${version ?? ''} starts a run with this request, and what its steps do in other systems is done for real.`
        }
        action={`Send through version ${version ?? ''}`}
        busy={send.isPending}
        onSend={() => send.mutate('live')}
        onClose={() => setAsking(false)}
      />
    </div>
  )
}
