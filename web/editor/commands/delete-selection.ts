import type { Flow, FlowEdge } from '#shared/flow.ts'
import { edgeKey, handleOf, nameOf } from '#shared/flow-names.ts'
import { connectionProblem } from '#shared/connection-rules.ts'
import { edit } from '../document.ts'
import { findNode, incomingOf, outgoingOf } from '../document-index.ts'
import { mainExitOf } from '../exits.ts'
import type { Change, EditorState } from '../state.ts'
import { edgeFrom } from './add-step.ts'
import { canEdit, defineCommand } from './command.ts'

const hasSelection = (state: EditorState): boolean =>
  canEdit(state) && (state.session.selection.length > 0 || state.session.line !== undefined)

/** Removes the selected steps and joins what came before them to what came after. */
export const deleteSelection = defineCommand({
  id: 'deleteSelection',
  label: 'Delete',
  shortcuts: ['Delete', 'Backspace'],
  history: 'step',
  isEnabled: hasSelection,
  run: (state) => removal(state, healing(state)),
})

/** Removes the selected steps and their lines. */
export const deleteLeavingGap = defineCommand({
  id: 'deleteLeavingGap',
  label: 'Delete and leave a gap',
  shortcuts: ['Shift+Delete'],
  history: 'step',
  isEnabled: hasSelection,
  run: (state) => removal(state, []),
})

function removal({ document, session }: EditorState, healed: readonly FlowEdge[]): Change {
  const gone = new Set(session.selection)
  const patch = edit(document, (draft) => {
    draft.nodes = draft.nodes.filter((node) => !gone.has(node.id))
    draft.edges = draft.edges.filter((edge) => !gone.has(edge.source) && !gone.has(edge.target) && edgeKey(edge) !== session.line)
    draft.edges.push(...healed)
  })
  const before = session.selection.flatMap((id) => incomingOf(document, id)).find((edge) => !gone.has(edge.source))
  return {
    patch,
    session: { selection: before === undefined ? [] : [before.source], line: undefined, search: undefined },
    announce: wordsFor(document, session.selection),
  }
}

function wordsFor(document: Flow, selection: readonly string[]): string {
  if (selection.length === 0) return 'Line removed'
  if (selection.length > 1) return `${selection.length} steps removed`
  const node = findNode(document, selection[0])
  return `${node === undefined ? 'Step' : nameOf(node)} removed`
}

/** The lines that bridge the gap: through each removed step's plain way on, since the other lanes were its own choice. */
function healing({ document, catalog, session }: EditorState): FlowEdge[] {
  const gone = new Set(session.selection)
  const onward = (id: string, seen: ReadonlySet<string>): string[] => {
    if (!gone.has(id)) return [id]
    const exit = mainExitOf(document, id, catalog)
    return outgoingOf(document, id)
      .filter((edge) => handleOf(edge) === exit && !seen.has(edge.target))
      .flatMap((edge) => onward(edge.target, new Set([...seen, id])))
  }
  const healed: FlowEdge[] = []
  const rest: Flow = { ...document, edges: document.edges.filter((edge) => !gone.has(edge.source) && !gone.has(edge.target)) }
  for (const edge of document.edges) {
    if (gone.has(edge.source) || !gone.has(edge.target)) continue
    for (const target of onward(edge.target, new Set())) {
      const bridge = edgeFrom(edge.source, handleOf(edge), target)
      const soFar = { ...rest, edges: [...rest.edges, ...healed] }
      if (connectionProblem(soFar, catalog, bridge) === undefined) healed.push(bridge)
    }
  }
  return healed
}
