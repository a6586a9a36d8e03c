import { createContext, use, useMemo } from 'react'
import type { Json } from '#shared/json.ts'
import { findNode } from '../document-index.ts'
import { useEditor } from '../store.ts'
import { earlierSteps, triggerBefore } from './data/earlier-steps.ts'
import type { DataPath } from './data/path-expression.ts'
import { valueAt } from './data/sample-entries.ts'

/** The step whose set-up is shown: what fields and pills below it are about. */
export const StepContext = createContext<string>('')

export function useStepId(): string {
  return use(StepContext)
}

/** Steps that lines lead from to this one. */
export function useUpstream(): ReadonlySet<string> {
  const stepId = useStepId()
  return useEditor((state) => earlierSteps(state.document, stepId))
}

/** The id of the step a piece of data comes from; undefined when it comes from no step, or from one that is gone. */
export function useSourceId(path: DataPath): string | undefined {
  const stepId = useStepId()
  return useEditor((state) => {
    if (path.step !== undefined) return findNode(state.document, path.step)?.id
    return path.root === 'trigger' ? triggerBefore(state.document, stepId, state.catalog)?.id : undefined
  })
}

/** The sample of one step, if it has one. */
export function useSample(stepId: string | undefined) {
  return useEditor((state) => (stepId === undefined ? undefined : state.overlay.samples.get(stepId)))
}

/** What a piece of data was in the sample; `known` tells a missing field from one without a sample. */
export function useSampleValue(path: DataPath): { known: boolean; value: Json | undefined } {
  const sample = useSample(useSourceId(path))
  return useMemo(() => ({ known: sample !== undefined, value: valueAt(sample?.value, path.keys) }), [sample, path.keys])
}
