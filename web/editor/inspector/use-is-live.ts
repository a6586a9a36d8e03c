import { findNode } from '../document-index.ts'
import { useEditor } from '../store.ts'
import { useStepId } from './step-in-focus.ts'

/** Whether the live version has the start in focus, so that what comes in there starts runs. */
export function useIsLive(): boolean {
  const stepId = useStepId()
  return useEditor(
    ({ flow, live }) => flow.publishedVersion !== null && (live === undefined || findNode(live, stepId) !== undefined),
  )
}
