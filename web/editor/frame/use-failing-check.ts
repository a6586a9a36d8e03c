import { useQuery } from '@tanstack/react-query'
import type { FlowNode } from '#shared/flow.ts'
import { pollsQuery } from '../../api/queries.ts'
import { findNode } from '../document-index.ts'
import { useEditor } from '../store.ts'

const lookEveryMs = 30_000
/** Before that it is nothing to be told of everywhere: most of what fails once works the next time. */
const tellsFrom = 3

/** The start that has not been able to look for a while, and what was wrong the last time. */
export function useFailingCheck(): { node: FlowNode; message: string } | undefined {
  const flowId = useEditor((state) => state.flow.id)
  const isLooking = useEditor(
    ({ flow, live, catalog }) => flow.enabled && live?.nodes.some(({ type }) => catalog.get(type)?.polls === true) === true,
  )
  const { data } = useQuery({ ...pollsQuery(flowId), enabled: isLooking, refetchInterval: lookEveryMs })
  const failing = isLooking ? data?.items.find(({ error }) => error !== null && error.failures >= tellsFrom) : undefined
  const node = useEditor((state) => findNode(state.document, failing?.nodeId))
  return node === undefined ? undefined : { node, message: failing?.error?.message ?? '' }
}
