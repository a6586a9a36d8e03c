import { createContext, use, useMemo } from 'react'
import type { Json } from '#shared/json.ts'
import { findNode } from '../document-index.ts'
import { useEditor } from '../store.ts'
import { earlierSteps, triggerBefore } from './data/earlier-steps.ts'
import type { DataPath } from './data/path-expression.ts'
import { roundSamples } from './data/round-samples.ts'
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
    if (path.root === 'trigger') return triggerBefore(state.document, stepId, state.catalog)?.id
    return loopOf(path, findNode(state.document, stepId)?.parent)
  })
}

/** The loop whose round a piece of data is about. */
function loopOf(path: DataPath, around: string | undefined): string | undefined {
  if (path.root === 'loops') return typeof path.keys[0] === 'string' ? path.keys[0] : undefined
  return path.root === 'item' || path.root === 'previous' || path.root === 'index' ? around : undefined
}

/** What the step sees of the loops around it in their first round, by the loop. */
export function useRounds(): ReadonlyMap<string, Json> {
  const stepId = useStepId()
  const nodes = useEditor((state) => state.document.nodes)
  const samples = useEditor((state) => state.overlay.samples)
  const triggerId = useEditor((state) => triggerBefore(state.document, stepId, state.catalog)?.id)
  return useMemo(() => {
    const sampleOf = (id: string) => samples.get(id)?.value
    return roundSamples({ nodes }, stepId, { trigger: triggerId === undefined ? undefined : sampleOf(triggerId), sampleOf })
  }, [nodes, samples, stepId, triggerId])
}

/** The sample of one step, if it has one. */
export function useSample(stepId: string | undefined) {
  return useEditor((state) => (stepId === undefined ? undefined : state.overlay.samples.get(stepId)))
}

/** What a piece of data was in the sample; `known` tells a missing field from one without a sample. */
export function useSampleValue(path: DataPath): { known: boolean; value: Json | undefined } {
  const sourceId = useSourceId(path)
  const sample = useSample(sourceId)
  const rounds = useRounds()
  return useMemo(() => {
    if (path.root === 'index') return { known: true, value: 0 }
    if (path.root === 'item' || path.root === 'previous' || path.root === 'loops') {
      const value = sourceId === undefined ? undefined : rounds.get(sourceId)
      return { known: value !== undefined, value: valueAt(value, path.root === 'loops' ? path.keys.slice(2) : path.keys) }
    }
    return { known: sample !== undefined, value: valueAt(sample?.value, path.keys) }
  }, [sample, sourceId, rounds, path])
}
