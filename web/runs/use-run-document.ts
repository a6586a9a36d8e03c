import { useQuery } from '@tanstack/react-query'
import type { Flow } from '#shared/flow.ts'
import type { Run } from '#shared/run.ts'
import { flowQuery, versionQuery } from '../api/queries.ts'

/** The flow as it was when the run started: its version, or today's draft for a run of the draft. */
export function useRunDocument(run: Run): { document: Flow | undefined; error: Error | null; retry: () => void } {
  const isDraft = run.version === 'draft'
  const version = useQuery({ ...versionQuery(run.flowId, isDraft ? 0 : Number(run.version)), enabled: !isDraft })
  const draft = useQuery({ ...flowQuery(run.flowId), enabled: isDraft })
  const { data, error, refetch } = isDraft ? draft : version
  return { document: data?.document, error: data === undefined ? error : null, retry: () => void refetch() }
}
