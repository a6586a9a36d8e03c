import { useDeferredValue, useMemo } from 'react'
import { changesBetween, type FlowChange } from '#shared/flow-changes.ts'
import { useEditor } from '../store.ts'

/** What publishing would change; undefined while nothing is live, or until it is known what is. */
export function useFlowChanges(): FlowChange[] | undefined {
  const document = useDeferredValue(useEditor((state) => state.document))
  const live = useEditor((state) => state.live)
  return useMemo(() => (live === undefined ? undefined : changesBetween(live, document)), [live, document])
}
