import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { isJsonObject } from '#shared/json.ts'
import { call, problemText } from '../api/client.ts'
import { requestQuery } from '../api/queries.ts'
import { ValueView } from '../runs/value-view.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.ts'
import { sizeText } from '../words/size-text.ts'
import { aroundBody } from './around-body.ts'
import { fieldWords, placeWords, reasonWords, unusualWords } from './request-words.ts'

interface RequestPanelProps {
  flowId: string
  requestId: string
  /** The live version, when there is one. */
  version: number | null
}

/** One request: what was sent, in what it is unusual, and what can be done with it. */
export function RequestPanel({ flowId, requestId, version }: RequestPanelProps) {
  const request = useQuery(requestQuery(flowId, requestId))
  const client = useQueryClient()
  const params = { id: flowId, request: requestId }
  const failed = (error: unknown) => showToast({ kind: 'problem', title: 'That didn’t work', description: problemText(error) })
  const send = useMutation({
    mutationFn: (to: 'draft' | 'live') => call('sendRequest', { params, body: { to } }),
    onSuccess: (run, to) => {
      void client.invalidateQueries({ queryKey: ['flow', flowId, 'requests'] })
      showToast(
        'id' in run
          ? { kind: 'success', title: to === 'live' ? `Sent through version ${version ?? ''}` : 'Sent through the draft' }
          : { kind: 'problem', title: 'It started no run', description: 'The flow’s limits don’t allow another one just now.' },
      )
    },
    onError: failed,
  })
  const sample = useMutation({
    mutationFn: () => call('sampleRequest', { params, body: {} }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['flow', flowId, 'samples'] })
      showToast({ kind: 'success', title: 'The start step now uses this request as its sample' })
    },
    onError: failed,
  })
  if (request.isPending) return <PagePending />
  if (request.data === undefined) return <ProblemState error={request.error} onRetry={() => void request.refetch()} />
  const { state, method, path, remote, sizeBytes, runId, unusual, trigger } = request.data
  const why = reasonWords(request.data)
  const sentRun = send.data && 'id' in send.data ? send.data.id : undefined
  return (
    <div className="flex flex-col gap-4">
      <div>
        <h2 className="text-h2 wrap-anywhere">{placeWords({ method, path })}</h2>
        <p className="text-small text-muted">
          {sizeText(sizeBytes)}
          {remote !== '' && ` from ${remote}`}
        </p>
      </div>
      {why !== undefined && <Notice tone={state === 'rejected' ? 'problem' : 'waiting'} title={why} />}
      {unusual.length > 0 && (
        <Notice title={unusualWords(unusual.length)}>
          <ul>
            {unusual.map((field) => (
              <li key={field.path}>{fieldWords(field)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        {state !== 'rejected' && (
          <>
            <Button busy={sample.isPending} onClick={() => sample.mutate()}>
              Use as sample
            </Button>
            <Button busy={send.isPending} onClick={() => send.mutate('draft')}>
              Send through the draft
            </Button>
            {version !== null && (
              <Button busy={send.isPending} onClick={() => send.mutate('live')}>
                Send through version {version} (live)
              </Button>
            )}
          </>
        )}
        {(sentRun ?? runId) !== null && (
          <Link to="/flows/$flow/runs/$run" params={{ flow: flowId, run: sentRun ?? runId ?? '' }} className={buttonClass({})}>
            {sentRun === undefined ? 'See its run' : 'See the new run'}
          </Link>
        )}
      </div>
      <section aria-label="What was sent">
        <h3 className="mb-1 text-label">What was sent</h3>
        <ValueView
          value={isJsonObject(trigger) ? trigger['body'] : trigger}
          empty={state === 'rejected' ? 'Of a sender who isn’t confirmed nothing is kept.' : 'Nothing was sent along.'}
        />
      </section>
      {isJsonObject(trigger) && (
        <section aria-label="Headers and address">
          <h3 className="mb-1 text-label">Headers and address</h3>
          <ValueView value={aroundBody(trigger)} empty="None." />
        </section>
      )}
    </div>
  )
}
