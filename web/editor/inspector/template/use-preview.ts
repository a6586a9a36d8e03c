import { useDeferredValue, useMemo } from 'react'
import { useEditor } from '../../store.ts'
import { triggerBefore } from '../data/earlier-steps.ts'
import { useStepId } from '../step-in-focus.ts'
import { previewer, type Preview } from './preview.ts'
import { sampleScope } from './sample-scope.ts'

/** What a text with holes comes to on the samples; undefined while there is nothing to work out. */
export function usePreview(text: string): Preview | undefined {
  const stepId = useStepId()
  const samples = useEditor((state) => state.overlay.samples)
  const triggerId = useEditor((state) => triggerBefore(state.document, stepId, state.catalog)?.id)
  const flowId = useEditor((state) => state.flow.id)
  const nodes = useEditor((state) => state.document.nodes)
  // Typing goes first; the preview follows when there is time.
  const asked = useDeferredValue(text)
  const work = useMemo(() => {
    const trigger = triggerId === undefined ? undefined : samples.get(triggerId)?.value
    return previewer(sampleScope({ trigger, sampleOf: (id) => samples.get(id)?.value, flowId, at: { flow: { nodes }, stepId } }))
  }, [samples, triggerId, flowId, nodes, stepId])
  return useMemo(() => work(asked), [work, asked])
}
