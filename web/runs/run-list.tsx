import { ArrowUp, Play, Search } from 'lucide-react'
import { useState } from 'react'
import type { RunStatus } from '#shared/run.ts'
import type { RunFilters } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Select } from '../ui/select.tsx'
import { StatusIcon, statusLooks } from '../ui/status-chip.tsx'
import { TextField } from '../ui/text-field.tsx'
import { RunRow } from './run-row.tsx'
import { runKinds, runStatuses } from './run-words.ts'
import { useLiveRuns } from './use-live-runs.ts'

interface RunListProps {
  filters: RunFilters
  onFilter: (filters: RunFilters) => void
  flowNames: ReadonlyMap<string, string>
  /** Set on the page of one flow, where naming it in each row and choosing it say nothing. */
  isOneFlow?: boolean
  /** What is said while there are no runs at all. */
  noneYet: string
}

const anyStatus = 'any'
const statusOptions = [
  { value: anyStatus, label: 'All states' },
  ...runStatuses.map((status) => ({
    value: status,
    label: statusLooks[runKinds[status]].word,
    icon: (
      <span className={statusLooks[runKinds[status]].ink}>
        <StatusIcon kind={runKinds[status]} />
      </span>
    ),
  })),
] as const
const anyFlow = 'any'

/** Runs with their filters, newest first, kept up to date without moving what is being looked at. */
export function RunList({ filters, onFilter, flowNames, isOneFlow = false, noneYet }: RunListProps) {
  const [isPointed, setPointed] = useState(false)
  const [isFocused, setFocused] = useState(false)
  const runs = useLiveRuns(filters, isPointed || isFocused)
  const isFiltered = filters.status !== undefined || filters.q !== undefined || (!isOneFlow && filters.flowId !== undefined)
  const clear = () => onFilter(isOneFlow ? { flowId: filters.flowId } : {})
  const setStatus = (value: RunStatus | typeof anyStatus) =>
    onFilter({ ...filters, status: value === anyStatus ? undefined : value })

  return (
    <>
      <div role="search" aria-label="Runs" className="mb-4 flex flex-wrap gap-2">
        <Select
          label="State"
          hideLabel
          className="w-42 max-sm:w-[calc(50%-4px)]"
          options={statusOptions}
          value={filters.status ?? anyStatus}
          onChange={setStatus}
        />
        {!isOneFlow && (
          <Select
            label="Flow"
            hideLabel
            className="w-50 max-sm:w-[calc(50%-4px)]"
            options={[{ value: anyFlow, label: 'All flows' }, ...[...flowNames].map(([value, label]) => ({ value, label }))]}
            value={filters.flowId ?? anyFlow}
            onChange={(value) => onFilter({ ...filters, flowId: value === anyFlow ? undefined : value })}
          />
        )}
        <TextField
          type="search"
          label="Search runs"
          hideLabel
          placeholder="Subject or run id"
          leading={<Search size={16} />}
          className="w-60 max-sm:w-full"
          value={filters.q ?? ''}
          onChange={(event) => onFilter({ ...filters, q: event.target.value || undefined })}
        />
        {isFiltered && (
          <Button variant="quiet" onClick={clear}>
            Clear filters
          </Button>
        )}
      </div>
      <p role="status" className="contents">
        {runs.newCount > 0 && (
          <Button className="mb-3 self-center" icon={<ArrowUp size={16} aria-hidden />} onClick={runs.showNew}>
            {runs.newCount === 1 ? '1 new run · Show' : `${runs.newCount} new runs · Show`}
          </Button>
        )}
      </p>
      {runs.isPending && <PagePending />}
      {runs.error !== null && runs.rows.length === 0 && <ProblemState error={runs.error} onRetry={runs.retry} />}
      {!runs.isPending && runs.error === null && runs.rows.length === 0 && runs.newCount === 0 && (
        <EmptyState
          picture={<Play size={40} strokeWidth={1.25} />}
          title={isFiltered ? 'Nothing matches' : 'No runs yet'}
          text={isFiltered ? 'Some runs may be hidden by the filters.' : noneYet}
          actions={isFiltered && <Button onClick={clear}>Clear filters</Button>}
        />
      )}
      {runs.rows.length > 0 && (
        <ul
          aria-label="Runs"
          className="rounded-card border border-line bg-surface"
          onPointerEnter={() => setPointed(true)}
          onPointerLeave={() => setPointed(false)}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
        >
          {runs.rows.map((run) => (
            <RunRow key={run.id} run={run} flowName={isOneFlow ? undefined : flowNames.get(run.flowId)} />
          ))}
        </ul>
      )}
      {runs.showMore !== undefined && runs.rows.length > 0 && (
        <Button className="mt-4 self-center" busy={runs.isLoadingMore} onClick={runs.showMore}>
          Show more
        </Button>
      )}
    </>
  )
}
