import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Inbox, Workflow } from 'lucide-react'
import { flowQuery, type RunFilters } from '../api/queries.ts'
import { FlowStatus } from '../flows/flow-status.tsx'
import { Page } from '../shell/page.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { buttonClass } from '../ui/button.tsx'
import { noRunsYet } from './no-runs-yet.ts'
import { RunList } from './run-list.tsx'
import { StartRunButton } from './start/start-run-button.tsx'

const route = getRouteApi('/app/flows/$flow/runs')
const none: ReadonlyMap<string, string> = new Map()

/** Runs of one flow. */
export function FlowRunsPage() {
  const { flow: flowId } = route.useParams()
  const { status, q } = route.useSearch()
  const navigate = route.useNavigate()
  const flow = useQuery(flowQuery(flowId))
  if (flow.isPending) return <PagePending />
  if (flow.data === undefined) return <ProblemState error={flow.error} onRetry={() => void flow.refetch()} />
  const filter = (next: RunFilters) => void navigate({ search: { status: next.status, q: next.q }, replace: true })
  return (
    <Page
      title={`Runs of ${flow.data.name}`}
      lead={
        <Link to="/flows" className="text-small text-muted hover:text-ink hover:underline">
          Flows
        </Link>
      }
      actions={
        <>
          <FlowStatus flow={flow.data} />
          <Link to="/flows/$flow/requests" params={{ flow: flowId }} className={buttonClass({})}>
            <Inbox size={16} aria-hidden />
            Requests
          </Link>
          <Link to="/flows/$flow" params={{ flow: flowId }} className={buttonClass({})}>
            <Workflow size={16} aria-hidden />
            Open the flow
          </Link>
          <StartRunButton flow={flow.data} />
        </>
      }
    >
      <RunList isOneFlow noneYet={noRunsYet(flow.data)} filters={{ flowId, status, q }} onFilter={filter} flowNames={none} />
    </Page>
  )
}
