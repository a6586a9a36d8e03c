import { useQuery } from '@tanstack/react-query'
import type { Flow } from '#shared/flow.ts'
import type { Run } from '#shared/run.ts'
import { flowQuery, versionQuery } from '../api/queries.ts'

/** The flow as it was when the run started: its version, or today's draft for a run of the draft. */
export function useRunDocument(run: Run): Flow | undefined {
  const isDraft = run.version === 'draft'
  const version = useQuery({ ...versionQuery(run.flowId, isDraft ? 0 : Number(run.version)), enabled: !isDraft })
  const draft = useQuery({ ...flowQuery(run.flowId), enabled: isDraft })
  return isDraft ? draft.data?.document : version.data?.document
}
