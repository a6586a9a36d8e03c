import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { codeOf } from '#shared/code-types/code-of.ts'
import { flowTypes, type TypeFile, type TypeSources } from '#shared/code-types/flow-types.ts'
import { secretsQuery, variablesQuery } from '../../api/queries.ts'
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
  const workspace = useWorkspaceNames()
  return useMemo(() => {
    const { document, catalog } = editor.store.getState()
    const { files, steps } = flowTypes({ flow: document, catalog, samples: (id) => samplesSeen(editor, id), ...workspace })
    const others = document.nodes.flatMap((node) => {
      const path = steps[node.id]
      return path === undefined || node.id === stepId ? [] : [{ path, text: codeOf(node) ?? '' }]
    })
    return [...files, ...others]
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- nodes, edges and samples stand for the parts of the state that are read
  }, [editor, stepId, nodes, edges, samples, workspace])
}

/** A list of that many names may not be all of them. */
const longestList = 200

/** What secrets and shared values are called. Whoever may not know that can write any name. */
function useWorkspaceNames(): Pick<TypeSources, 'secrets' | 'variables'> {
  const flowId = useEditor((state) => state.flow.id)
  const { data: secrets } = useQuery({ ...secretsQuery, retry: false })
  const { data: variables } = useQuery({ ...variablesQuery, retry: false })
  return useMemo(
    () => ({
      ...(secrets !== undefined &&
        secrets.length < longestList && {
          secrets: secrets.filter(({ flows }) => flows === 'all' || flows.includes(flowId)).map(({ name }) => name),
        }),
      ...(variables !== undefined &&
        variables.length < longestList && { variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])) }),
    }),
    [flowId, secrets, variables],
  )
}
