import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { catalogQuery, requestQuery } from '../api/queries.ts'
import { ValueView } from '../runs/value-view.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { sizeText } from '../words/size-text.ts'
import { When } from '../words/when.tsx'
import { AnswerView } from './answer-view.tsx'
import { aroundBody } from './around-body.ts'
import { placeName } from './place-name.ts'
import { promisedToRequest } from './promised-to-request.ts'
import { RequestActions } from './request-actions.tsx'
import { RequestRuns } from './request-runs.tsx'
import { fieldWords, reasonWords, unusualWords, placeWords } from './request-words.ts'

interface RequestPanelProps {
  flowId: string
  document: Flow
  requestId: string
  /** The live version, when there is one. */
  version: number | null
  /** The address of the flow's start with that path. */
  urlOf: (path: string) => string | undefined
  secretHeaders: readonly string[]
  onClose: () => void
}

/** One request: what was sent, in what it is unusual, what came of it, and what can be done with it. */
export function RequestPanel({ flowId, document, requestId, version, urlOf, secretHeaders, onClose }: RequestPanelProps) {
  const request = useQuery(requestQuery(flowId, requestId))
  const catalog = useQuery(catalogQuery).data
  if (request.isPending) return <PagePending />
  if (request.data === undefined) return <ProblemState error={request.error} onRetry={() => void request.refetch()} />
  const { state, path, remote, sizeBytes, unusual, trigger, receivedAt, answer } = request.data
  const why = reasonWords(request.data)
  const promised = promisedToRequest(document, catalog, trigger)
  const body = promised?.properties?.['body']
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="text-h2 wrap-anywhere">{placeWords(request.data)}</h2>
          <p className="text-small text-muted">
            <When at={receivedAt} as="exact" /> · {sizeText(sizeBytes)}
            {remote !== '' && ` from ${remote}`}
          </p>
        </div>
        <IconButton label="Close the request" icon={<X size={16} />} size="small" className="-mt-0.5 -mr-1" onClick={onClose} />
      </div>
      {why !== undefined && <Notice tone={state === 'rejected' ? 'problem' : 'waiting'} title={why} />}
      {unusual.length > 0 && (
        <Notice title={unusualWords(unusual.length)}>
          <ul>
            {unusual.map((field) => (
              <li key={field.path} title={field.path}>
                {fieldWords(field, placeName(body, field.path).label)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {state !== 'rejected' && (
        <RequestActions request={request.data} version={version} url={urlOf(path)} secretHeaders={secretHeaders} />
      )}
      <RequestRuns request={request.data} />
      {answer !== null && <AnswerView answer={answer} />}
      <section aria-label="What was sent">
        <h3 className="mb-1 text-label">What was sent</h3>
        <ValueView
          value={isJsonObject(trigger) ? trigger['body'] : trigger}
          promised={body}
          empty={state === 'rejected' ? 'Of a sender who isn’t confirmed nothing is kept.' : 'Nothing was sent along.'}
        />
      </section>
      {isJsonObject(trigger) && (trigger['headers'] !== undefined || trigger['query'] !== undefined) && (
        <section aria-label="Headers and address">
          <h3 className="mb-1 text-label">Headers and address</h3>
          <ValueView value={aroundBody(trigger)} promised={promised} empty="None." />
        </section>
      )}
    </div>
  )
}
