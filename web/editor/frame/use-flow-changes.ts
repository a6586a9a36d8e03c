import { useDeferredValue, useMemo } from 'react'
import { changesBetween, type FlowChange } from '#shared/flow-changes.ts'
import { useEditor } from '../store.ts'

/** What publishing would change; undefined while nothing is live, or until it is known what is. */
export function useFlowChanges(): FlowChange[] | undefined {
  const document = useDeferredValue(useEditor((state) => state.document))
  const live = useEditor((state) => state.live)
  const catalog = useEditor((state) => state.catalog)
  return useMemo(() => {
    if (live === undefined) return undefined
    return changesBetween(live, document, (type, param) => {
      const title = catalog.get(type)?.params.properties?.[param]?.title
      return title === undefined ? param : `“${title}”`
    })
  }, [live, document, catalog])
}
