import type { FlowEdge } from '#shared/flow.ts'
import { edgeKey, nameOf } from '#shared/flow-names.ts'
import { connectionProblem } from '#shared/connection-rules.ts'
import { edit } from '../document.ts'
import { findNode, indexOf } from '../document-index.ts'
import type { CanvasState } from '../state.ts'
import { edgeFrom } from './add-step.ts'
import { canEdit, defineCommand } from './command.ts'

export interface ConnectArgs {
  source: string
  handle: string
  target: string
}

/** Draws a line from one step to another. */
export const connect = defineCommand<ConnectArgs>({
  id: 'connect',
  label: 'Connect',
  history: 'step',
  isEnabled: (state, { source, handle, target }) =>
    canEdit(state) && whyNot(state, edgeFrom(source, handle, target)) === undefined,
  run({ document }, { source, handle, target }) {
    const edge = edgeFrom(source, handle, target)
    return {
      patch: edit(document, (draft) => {
        draft.edges.push(edge)
      }),
      session: { line: edgeKey(edge), selection: [] },
      announce: `Connected ${nameAt(document, source)} to ${nameAt(document, target)}`,
    }
  },
})

/** Lets go of one end of a line and fastens it elsewhere. */
export const reroute = defineCommand<ConnectArgs & { line: string }>({
  id: 'reroute',
  label: 'Move a line',
  history: 'step',
  isEnabled: (state, { line, source, handle, target }) =>
    canEdit(state) &&
    indexOf(state.document).edges.has(line) &&
    whyNot(state, edgeFrom(source, handle, target), line) === undefined,
  run({ document }, { line, source, handle, target }) {
    const edge = edgeFrom(source, handle, target)
    if (edgeKey(edge) === line) return undefined
    return {
      patch: edit(document, (draft) => {
        draft.edges = draft.edges.map((other) => (edgeKey(other) === line ? edge : other))
      }),
      session: { line: edgeKey(edge), selection: [] },
      announce: `Connected ${nameAt(document, source)} to ${nameAt(document, target)}`,
    }
  },
})

/** Takes a line away. */
export const disconnect = defineCommand<{ line: string }>({
  id: 'disconnect',
  label: 'Remove a line',
  history: 'step',
  isEnabled: (state, { line }) => canEdit(state) && indexOf(state.document).edges.has(line),
  run({ document }, { line }) {
    const edge = indexOf(document).edges.get(line)
    if (edge === undefined) return undefined
    return {
      patch: edit(document, (draft) => {
        draft.edges = draft.edges.filter((other) => edgeKey(other) !== line)
      }),
      session: { line: undefined },
      announce: `Line from ${nameAt(document, edge.source)} to ${nameAt(document, edge.target)} removed`,
    }
  },
})

/** Why a line may not be drawn, in a sentence; a line that is being moved does not stand in its own way. */
export function whyNot(
  { document, catalog }: Pick<CanvasState, 'document' | 'catalog'>,
  edge: FlowEdge,
  moving?: string,
): string | undefined {
  const flow =
    moving === undefined ? document : { ...document, edges: document.edges.filter((other) => edgeKey(other) !== moving) }
  return connectionProblem(flow, catalog, edge)
}

function nameAt(flow: CanvasState['document'], id: string): string {
  const node = findNode(flow, id)
  return node === undefined ? id : nameOf(node)
}
