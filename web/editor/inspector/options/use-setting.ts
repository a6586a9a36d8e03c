import type { NodeSettings } from '#shared/flow.ts'
import { setSettings } from '../../commands/step-fields.ts'
import { findNode } from '../../document-index.ts'
import { useEditor, useEditorStore } from '../../store.ts'
import { useProblem } from '../form/use-params.ts'
import { useStepId } from '../step-in-focus.ts'

/** One option of the step in focus, the way to change it, and what is wrong with it. */
export function useSetting<K extends keyof NodeSettings>(
  name: K,
): [NodeSettings[K], (value: NodeSettings[K] | undefined) => void, string | undefined] {
  const editor = useEditorStore()
  const stepId = useStepId()
  const value = useEditor((state) => findNode(state.document, stepId)?.settings[name])
  const problem = useProblem(`settings.${name}`)
  return [value, (next) => editor.run(setSettings, { nodeId: stepId, settings: { [name]: next } }), problem?.message]
}
