import { useMemo } from 'react'
import type { FlowNode } from '#shared/flow.ts'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorShallow } from '../store.ts'
import { useStepId, useUpstream } from './step-in-focus.ts'
import { stepsReadBy } from './steps-read-by.ts'

/** Earlier steps that the step in focus reads and that have no sample: what they would give is empty in a test. */
export function useMissingSamples(): FlowNode[] {
  const stepId = useStepId()
  const upstream = useUpstream()
  const node = useEditor((state) => findNode(state.document, stepId))
  const sampled = useEditorShallow((state) => [...state.overlay.samples.keys()])
  const read = useMemo(() => (node === undefined ? [] : stepsReadBy(node)), [node])
  return useEditorShallow((state) =>
    read.filter((id) => upstream.has(id) && !sampled.includes(id)).flatMap((id) => findNode(state.document, id) ?? []),
  )
}
