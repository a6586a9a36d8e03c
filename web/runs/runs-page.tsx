import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { flowNamesQuery, type RunFilters } from '../api/queries.ts'
import { Page } from '../shell/page.tsx'
import { RunList } from './run-list.tsx'

const route = getRouteApi('/app/runs')
const none: ReadonlyMap<string, string> = new Map()

/** Runs of all flows. */
export function RunsPage() {
  const { flow, ...rest } = route.useSearch()
  const navigate = route.useNavigate()
  const flowNames = useQuery(flowNamesQuery).data ?? none
  const filter = ({ flowId, status, q }: RunFilters) => void navigate({ search: { flow: flowId, status, q }, replace: true })
  return (
    <Page title="Runs">
      <RunList
        noneYet="What the flows that are on do is kept here, and so is each test."
        filters={{ flowId: flow, ...rest }}
        onFilter={filter}
        flowNames={flowNames}
      />
    </Page>
  )
}
