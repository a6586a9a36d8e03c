import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Plus, Search, Workflow } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { FlowSummary } from '#shared/api.ts'
import { flowsQuery } from '../api/queries.ts'
import { Page } from '../shell/page.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { TextField } from '../ui/text-field.tsx'
import { FlowRow } from './flow-row.tsx'
import { useCreateFlow } from './use-create-flow.ts'

// Loaded when it is asked for: the list itself needs no dialog.
const DeleteFlowDialog = lazy(async () => ({ default: (await import('./delete-flow-dialog.tsx')).DeleteFlowDialog }))

const route = getRouteApi('/app/flows')

export function FlowsPage() {
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const search = (next: string) => void navigate({ search: { q: next || undefined }, replace: true })
  const { createFlow, isCreating } = useCreateFlow()
  const flows = useInfiniteQuery({ ...flowsQuery(q), placeholderData: keepPreviousData })
  const [leaving, setLeaving] = useState<FlowSummary | null>(null)
  const items = flows.data?.pages.flatMap((page) => page.items) ?? []
  const isEmpty = flows.data !== undefined && items.length === 0 && q === ''

  const newFlow = (
    <Button variant="primary" icon={<Plus size={18} aria-hidden />} busy={isCreating} onClick={createFlow}>
      New flow
    </Button>
  )

  return (
    <Page title="Flows" actions={!isEmpty && newFlow}>
      {isEmpty ? (
        <EmptyState
          picture={<Workflow size={44} strokeWidth={1.25} />}
          title="Make your first flow"
          text="Something happens, then your steps run, one after another. Draw them, test each one, turn the flow on."
          actions={newFlow}
        />
      ) : (
        <>
          <TextField
            type="search"
            label="Search flows"
            hideLabel
            placeholder="Search flows"
            leading={<Search size={16} />}
            value={q}
            onChange={(event) => search(event.target.value)}
            className="mb-4 sm:max-w-80"
          />
          {flows.isPending && <PagePending />}
          {flows.isLoadingError && <ProblemState error={flows.error} onRetry={() => void flows.refetch()} />}
          {flows.data !== undefined && items.length === 0 && (
            <EmptyState
              title="Nothing matches"
              text={`No flow has “${q}” in its name.`}
              actions={<Button onClick={() => search('')}>Clear the search</Button>}
            />
          )}
          {items.length > 0 && (
            <ul aria-label="Flows" className="overflow-hidden rounded-card border border-line bg-surface">
              {items.map((flow) => (
                <FlowRow key={flow.id} flow={flow} onDelete={() => setLeaving(flow)} />
              ))}
            </ul>
          )}
          {flows.hasNextPage && (
            <Button className="mt-4 self-center" busy={flows.isFetchingNextPage} onClick={() => void flows.fetchNextPage()}>
              Show more
            </Button>
          )}
        </>
      )}
      {leaving !== null && (
        <Suspense fallback={null}>
          <DeleteFlowDialog flow={leaving} onClose={() => setLeaving(null)} />
        </Suspense>
      )}
    </Page>
  )
}
