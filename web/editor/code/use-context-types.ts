import { useMemo } from 'react'
import { codeOf } from '#shared/code-types/code-of.ts'
import { flowTypes, type TypeFile } from '#shared/code-types/flow-types.ts'
import { useStepId } from '../inspector/step-in-focus.ts'
import { useEditor, useEditorShallow, useEditorStore } from '../store.ts'
import { samplesSeen } from './sample-history.ts'

/** What the language service has beside the text that is open: declarations, and the other code steps. */
export type ContextTypes = readonly TypeFile[]

/**
 * The declarations for the step in focus, made from the flow as it is on the screen by the same generator as the
 * server's. The other code steps come along as they are: what they return is what the open one gets.
 */
export function useContextTypes(): ContextTypes {
  const editor = useEditorStore()
  const stepId = useStepId()
  const samples = useEditor((state) => state.overlay.samples)
  const edges = useEditor((state) => state.document.edges)
  // Typing in the open text changes its node with each key, but not what can be named in it.
  const nodes = useEditorShallow(({ document }): readonly unknown[] =>
    document.nodes.flatMap((node): unknown[] =>
      node.id === stepId ? [node.params['inputs'], node.name, node.parent, node.settings, node.type] : [node],
    ),
  )
  return useMemo(() => {
    const { document, catalog } = editor.store.getState()
    const { files, steps } = flowTypes({ flow: document, catalog, samples: (id) => samplesSeen(editor, id) })
    const others = document.nodes.flatMap((node) => {
      const path = steps[node.id]
      return path === undefined || node.id === stepId ? [] : [{ path, text: codeOf(node) ?? '' }]
    })
    return [...files, ...others]
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- nodes, edges and samples stand for the parts of the state that are read
  }, [editor, stepId, nodes, edges, samples])
}
