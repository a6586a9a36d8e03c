import { useDeferredValue, useMemo } from 'react'
import { renderTemplate } from '#shared/expression/template.ts'
import { isAppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { triggerBefore } from '../data/data-sources.ts'
import { useEditor } from '../../store.ts'
import { useStepId } from '../step-in-focus.ts'
import { sampleScope } from './sample-scope.ts'
import { isHole, segmentsOf } from './template-segments.ts'

export type Preview = { kind: 'value'; value: Json } | { kind: 'problem'; message: string }

// Far less than a run may use: a preview that is slow is no preview. About 10 ms.
const previewLimits = { steps: 200_000, size: 256 * 1024 }

/** What a text with holes comes to on the samples; undefined while there is nothing to work out. */
export function usePreview(text: string): Preview | undefined {
  const stepId = useStepId()
  const samples = useEditor((state) => state.overlay.samples)
  const document = useEditor((state) => state.document)
  const catalog = useEditor((state) => state.catalog)
  const flowId = useEditor((state) => state.flow.id)
  // Typing goes first; the preview follows when there is time.
  const asked = useDeferredValue(text)
  return useMemo(() => {
    if (!segmentsOf(asked).some(isHole)) return undefined
    const trigger = triggerBefore(document, stepId, catalog)
    const scope = sampleScope({
      trigger: trigger === undefined ? undefined : samples.get(trigger.id)?.value,
      sampleOf: (id) => samples.get(id)?.value,
      flowId,
    })
    return previewOf((): Json => JSON.parse(renderTemplate(asked, scope, previewLimits)))
  }, [asked, document, catalog, samples, stepId, flowId])
}

function previewOf(render: () => Json): Preview {
  try {
    return { kind: 'value', value: render() }
  } catch (error) {
    if (isAppError(error) || (error instanceof Error && error.name === 'ExpressionSyntaxError'))
      return { kind: 'problem', message: error.message }
    throw error
  }
}
