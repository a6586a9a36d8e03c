import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { flowNamesQuery, runQuery } from '../api/queries.ts'
import { StatusChip } from '../ui/status-chip.tsx'
import { runKinds } from './run-words.ts'

/** Leads to the run that a step started, once it is known whose it is. */
export function ChildRunLink({ runId }: { runId: string }) {
  const child = useQuery(runQuery(runId)).data
  const names = useQuery(flowNamesQuery).data
  if (child === undefined) return null
  return (
    <p className="flex flex-wrap items-center gap-2 px-4 pb-4 text-body text-muted">
      It started{' '}
      <Link to="/flows/$flow/runs/$run" params={{ flow: child.flowId, run: child.id }} className="text-accent hover:underline">
        a run of {names?.get(child.flowId) ?? 'another flow'}
      </Link>
      <StatusChip kind={runKinds[child.status]} />
    </p>
  )
}
