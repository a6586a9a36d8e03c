import type { FlowEdge } from '#shared/flow.ts'
import { edgeKey, handleOf, nameOf } from '#shared/flow-names.ts'
import { connectionProblem } from '#shared/connection-rules.ts'
import { edit, patchBetween } from '../document.ts'
import { findNode, incomingOf, outgoingOf } from '../document-index.ts'
import { isTrigger, mainExit } from '../exits.ts'
import { tidied } from '../layout/tidy.ts'
import type { EditorState } from '../state.ts'
import { edgeFrom } from './add-step.ts'
import { canEdit, chosenStep, defineCommand } from './command.ts'

/** Puts every step in its tidy place, and keeps it so. */
export const tidy = defineCommand({
  id: 'tidy',
  label: 'Tidy up',
  shortcuts: ['Shift+T'],
  history: 'step',
  isEnabled: canEdit,
  run: ({ document, catalog }) => ({
    patch: patchBetween(document, tidied(document, catalog)),
    session: { keepTidy: true },
    announce: 'Steps tidied up',
  }),
})

export const toggleKeepTidy = defineCommand({
  id: 'toggleKeepTidy',
  label: 'Keep tidy',
  history: 'step',
  isEnabled: canEdit,
  run: (state) =>
    state.session.keepTidy
      ? { session: { keepTidy: false }, announce: 'Keep tidy is off: steps stay where you put them' }
      : { ...tidy.run(state, undefined), announce: 'Keep tidy is on' },
})

/** Swaps a step with the one before it, in a row of steps with one line each. */
export const moveEarlier = defineCommand({
  id: 'moveEarlier',
  label: 'Move the step up',
  shortcuts: ['Alt+↑'],
  history: 'step',
  isEnabled: (state) => canEdit(state) && swapWith(state, previousOf(state), chosenStep(state)) !== undefined,
  run: (state) => swap(state, previousOf(state), chosenStep(state), 'up'),
})

export const moveLater = defineCommand({
  id: 'moveLater',
  label: 'Move the step down',
  shortcuts: ['Alt+↓'],
  history: 'step',
  isEnabled: (state) => canEdit(state) && swapWith(state, chosenStep(state), nextOf(state)) !== undefined,
  run: (state) => swap(state, chosenStep(state), nextOf(state), 'down'),
})

function previousOf(state: EditorState): string | undefined {
  const id = chosenStep(state)
  return id === undefined ? undefined : incomingOf(state.document, id)[0]?.source
}

function nextOf(state: EditorState): string | undefined {
  const id = chosenStep(state)
  return id === undefined ? undefined : outgoingOf(state.document, id)[0]?.target
}

function swap(state: EditorState, first: string | undefined, second: string | undefined, way: 'up' | 'down') {
  const edges = swapWith(state, first, second)
  const moved = findNode(state.document, chosenStep(state))
  if (edges === undefined || moved === undefined) return undefined
  return {
    patch: edit(state.document, (draft) => {
      const keys = new Set(edges.map(edgeKey))
      draft.edges = [...draft.edges.filter((edge) => !touches(edge, first, second) && !keys.has(edgeKey(edge))), ...edges]
      const a = draft.nodes.find((node) => node.id === first)
      const b = draft.nodes.find((node) => node.id === second)
      if (a !== undefined && b !== undefined) [a.position, b.position] = [b.position, a.position]
    }),
    announce: `${nameOf(moved)} moved ${way}`,
  }
}

function touches({ source, target }: FlowEdge, ...ids: (string | undefined)[]): boolean {
  return ids.includes(source) || ids.includes(target)
}

/** The lines around two steps once they have changed places; undefined when they aren't simply one after the other. */
function swapWith(
  { document, catalog }: EditorState,
  first: string | undefined,
  second: string | undefined,
): FlowEdge[] | undefined {
  const a = findNode(document, first)
  const b = findNode(document, second)
  if (a === undefined || b === undefined || isTrigger(a, catalog)) return undefined
  const exitA = mainExit(a, catalog)
  const exitB = mainExit(b, catalog)
  const between = outgoingOf(document, a.id)
  const isRow = between.length === 1 && between[0]?.target === b.id && incomingOf(document, b.id).length === 1
  if (!isRow || exitA === undefined || exitB === undefined) return undefined
  const onward = outgoingOf(document, b.id)
  if (onward.some((edge) => handleOf(edge) !== exitB)) return undefined
  const edges = [
    ...incomingOf(document, a.id).map((edge) => edgeFrom(edge.source, handleOf(edge), b.id)),
    edgeFrom(b.id, exitB, a.id),
    ...onward.map((edge) => edgeFrom(a.id, exitA, edge.target)),
  ]
  const bare = {
    ...document,
    edges: document.edges.filter((edge) => !touches(edge, a.id, b.id)),
  }
  const isAllowed = edges.every(
    (edge, index) =>
      connectionProblem({ ...bare, edges: [...bare.edges, ...edges.slice(0, index)] }, catalog, edge) === undefined,
  )
  return isAllowed ? edges : undefined
}
