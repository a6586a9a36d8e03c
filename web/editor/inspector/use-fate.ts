import { findNode } from '../document-index.ts'
import { useEditor } from '../store.ts'
import { useStepId } from './step-in-focus.ts'

/** What becomes of what comes in at the start in focus: the sample of a draft, a run of what is live, or it is only kept. */
export function useFate(): 'sample' | 'run' | 'kept' {
  const stepId = useStepId()
  return useEditor(({ flow, live }) => {
    const isLive = flow.publishedVersion !== null && (live === undefined || findNode(live, stepId) !== undefined)
    if (!isLive) return 'sample'
    return flow.enabled && !flow.paused ? 'run' : 'kept'
  })
}
