import { useMemo } from 'react'
import { nameOf } from '#shared/flow.ts'
import { isJsonObject, type Json } from '#shared/json.ts'
import { findNode } from '../document-index.ts'
import { dataSources } from '../inspector/data/data-sources.ts'
import { triggerBefore } from '../inspector/data/earlier-steps.ts'
import { valueAt } from '../inspector/data/sample-entries.ts'
import { useStepId } from '../inspector/step-in-focus.ts'
import { soleHole } from '../inspector/template/template-segments.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { contextTypes, type TypedSource } from './context-types.ts'
import { samplesSeen } from './sample-history.ts'

/** The types of what the code of the step in focus can name, as the samples show them now. */
export function useContextTypes(): string {
  const editor = useEditorStore()
  const stepId = useStepId()
  const samples = useEditor((state) => state.overlay.samples)
  const nodes = useEditor((state) => state.document.nodes)
  const edges = useEditor((state) => state.document.edges)
  const inputs = useEditor((state) => findNode(state.document, stepId)?.params['inputs'])
  // Typing code changes the nodes too; only names, lines and samples change what can be named.
  const names = nodes.map((node) => `${node.id} ${node.name ?? ''}`).join('\n')
  return useMemo(() => {
    const { document, catalog } = editor.store.getState()
    const seen = (id: string) => samplesSeen(editor, id)
    const trigger = triggerBefore(document, stepId, catalog)
    const triggerSource: TypedSource | undefined =
      trigger === undefined ? undefined : { name: 'trigger', title: nameOf(trigger), samples: seen(trigger.id) }
    const steps = dataSources(document, stepId, catalog).filter((source) => source.path.step !== undefined)
    return contextTypes({
      trigger: triggerSource,
      steps: steps.map((source) => ({ name: source.node.id, title: source.name, samples: seen(source.node.id) })),
      inputs: Object.entries(isJsonObject(inputs) ? inputs : {}).map(([name, value]) =>
        inputSource(name, value, trigger?.id, seen),
      ),
    })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- names, edges and samples stand for the parts of the state that are read
  }, [editor, stepId, names, edges, samples, inputs])
}

/** An input that is one pill has the type of that field in every sample; written values have their own. */
function inputSource(
  name: string,
  value: Json,
  triggerId: string | undefined,
  seen: (id: string) => readonly Json[],
): TypedSource {
  const hole = typeof value === 'string' ? soleHole(value) : undefined
  if (hole === undefined) return { name, title: name, samples: [value] }
  if (hole.kind === 'formula') return { name, title: name, samples: [] }
  const sourceId = hole.path.step ?? (hole.path.root === 'trigger' ? triggerId : undefined)
  const samples = sourceId === undefined ? [] : seen(sourceId)
  return {
    name,
    title: sourceId ?? name,
    samples: samples.map((sample) => valueAt(sample, hole.path.keys)).filter((found) => found !== undefined),
  }
}
