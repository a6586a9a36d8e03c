import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Inbox, Workflow } from 'lucide-react'
import { useState } from 'react'
import { flowQuery, requestsQuery } from '../api/queries.ts'
import { Page } from '../shell/page.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ComparePanel } from './compare-panel.tsx'
import { DrainNotice } from './drain-notice.tsx'
import { checkedHeaders } from './checked-headers.ts'
import { nothingCame } from './nothing-came.ts'
import { RequestPanel } from './request-panel.tsx'
import { RequestRow } from './request-row.tsx'
import { everything, type Looked, RequestsFilter } from './requests-filter.tsx'

const route = getRouteApi('/app/flows/$flow/requests')
/** The requests inbox of a flow. */
export function RequestsPage() {
  const { flow: flowId } = route.useParams()
  const { state, q, when, from, to, request } = route.useSearch()
  const navigate = route.useNavigate()
  const [picked, setPicked] = useState<readonly string[]>([])
  const [isComparing, setComparing] = useState(false)
  const looked = { state, q, when, from, to }
  const requests = useInfiniteQuery(requestsQuery(flowId, looked))
  const flow = useQuery(flowQuery(flowId))
  if (flow.isPending) return <PagePending />
  if (flow.data === undefined) return <ProblemState error={flow.error} onRetry={() => void flow.refetch()} />
  const rows = requests.data?.pages.flatMap((page) => page.items) ?? []
  const addresses = flow.data.endpoints.flatMap(({ kind, url }) => (kind === 'webhook' ? [url] : []))
  const address = flow.data.endpoints.find(({ kind }) => kind !== 'form')?.url.replace(/^mailto:/, '')
  const none = nothingCame(flow.data.endpoints.map(({ kind }) => kind))
  const isFiltered = state !== undefined || q !== undefined || when !== undefined
  const [first, second] = picked
  // Beside an empty list nothing stays open: it would seem to be what was found.
  const isOpen = rows.length > 0 && (request !== undefined || isComparing)
  const show = (next: Partial<Looked> & { request?: string | undefined }) =>
    void navigate({ search: { ...looked, request, ...next }, replace: true })
  const pick = (id: string, isPicked: boolean) =>
    setPicked((before) => (isPicked ? [...before, id].slice(-2) : before.filter((other) => other !== id)))
  return (
    <Page
      title={`Requests of ${flow.data.name}`}
      lead={
        <Link to="/flows" className="text-small text-muted hover:text-ink hover:underline">
          Flows
        </Link>
      }
      actions={
        <Link to="/flows/$flow" params={{ flow: flowId }} className={buttonClass({})}>
          <Workflow size={16} aria-hidden />
          Open the flow
        </Link>
      }
    >
      <DrainNotice flowId={flowId} isPublished={flow.data.publishedVersion !== null} isPaused={flow.data.paused} />
      <div role="search" aria-label="Requests" className="my-4 flex flex-wrap gap-2">
        <RequestsFilter looked={looked} onChange={show} />
        {rows.length > 0 && first !== undefined && second !== undefined && (
          <Button onClick={() => setComparing(true)}>Compare these two</Button>
        )}
        {address !== undefined && <CopyButton text={address} label="Copy address" />}
      </div>
      {requests.isPending && <PagePending />}
      {requests.error !== null && rows.length === 0 && (
        <ProblemState error={requests.error} onRetry={() => void requests.refetch()} />
      )}
      {requests.isSuccess && rows.length === 0 && (
        <EmptyState
          picture={<Inbox size={40} strokeWidth={1.25} />}
          title={isFiltered ? 'Nothing matches' : none.title}
          text={isFiltered ? 'Some requests may be hidden by the filters.' : none.text}
          actions={isFiltered && <Button onClick={() => show(everything)}>Clear filters</Button>}
        />
      )}
      <div className="flex flex-col gap-6 lg:flex-row">
        {rows.length > 0 && (
          <div className="flex min-w-0 flex-1 flex-col">
            <ul aria-label="Requests" className="rounded-card border border-line bg-surface">
              {rows.map((row) => (
                <RequestRow
                  key={row.id}
                  request={row}
                  isOpen={row.id === request && !isComparing}
                  isPicked={picked.includes(row.id)}
                  onOpen={() => {
                    setComparing(false)
                    show({ request: row.id === request && !isComparing ? undefined : row.id })
                  }}
                  onPick={(isPicked) => pick(row.id, isPicked)}
                />
              ))}
            </ul>
            {requests.hasNextPage && (
              <Button
                className="mt-4 self-center"
                busy={requests.isFetchingNextPage}
                onClick={() => void requests.fetchNextPage()}
              >
                Show more
              </Button>
            )}
          </div>
        )}
        {isOpen && (
          <section
            aria-label={isComparing ? 'Comparison' : 'Request'}
            className="min-w-0 rounded-card border border-line bg-surface p-4 max-lg:order-first lg:w-1/2 lg:self-start"
          >
            {isComparing && first !== undefined && second !== undefined ? (
              <ComparePanel
                flowId={flowId}
                document={flow.data.document}
                ids={[first, second]}
                onClose={() => setComparing(false)}
              />
            ) : (
              request !== undefined && (
                <RequestPanel
                  key={request}
                  flowId={flowId}
                  document={flow.data.document}
                  requestId={request}
                  version={flow.data.publishedVersion}
                  urlOf={(path) => addresses.find((one) => one.endsWith(`/${path}`))}
                  secretHeaders={checkedHeaders(flow.data.document)}
                  onClose={() => show({ request: undefined })}
                />
              )
            )}
          </section>
        )}
      </div>
    </Page>
  )
}
