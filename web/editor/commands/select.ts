import type { Flow } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import { downstreamOf, upstreamOf } from '#shared/graph.ts'
import { findNode, incomingOf, outgoingOf } from '../document-index.ts'
import { exitsOf } from '../exits.ts'
import { readingOrder } from '../reading-order.ts'
import type { Change, EditorState } from '../state.ts'
import { chosenStep, defineCommand } from './command.ts'

export const selectAll = defineCommand({
  id: 'selectAll',
  label: 'Select all',
  shortcuts: ['Ctrl+A'],
  history: 'none',
  isEnabled: (state) => state.document.nodes.length > 0,
  run: ({ document }) => ({
    session: { selection: document.nodes.map((node) => node.id), line: undefined },
    announce: `${document.nodes.length} steps selected`,
  }),
})

export const selectBefore = spread('selectBefore', 'Select everything before', 'Shift+↑', upstreamOf)
export const selectAfter = spread('selectAfter', 'Select everything after', 'Shift+↓', downstreamOf)

export const goNext = walk('goNext', 'Next step', '↓', (state, id) => sortedTargets(state, id)[0])
export const goPrevious = walk('goPrevious', 'Previous step', '↑', ({ document }, id) => incomingOf(document, id)[0]?.source)
export const goLeft = walk('goLeft', 'Lane to the left', '←', (state, id) => beside(state, id, -1))
export const goRight = walk('goRight', 'Lane to the right', '→', (state, id) => beside(state, id, 1))

function spread(id: string, label: string, shortcut: string, reach: (flow: Flow, id: string) => Set<string>) {
  return defineCommand({
    id,
    label,
    shortcuts: [shortcut],
    history: 'none',
    isEnabled: (state) => chosenStep(state) !== undefined,
    run({ document, session }) {
      const reached = session.selection.flatMap((chosen) => [...reach(document, chosen)])
      const last = session.selection.at(-1)
      const selection = [...new Set([...reached, ...session.selection])].filter((step) => step !== last)
      if (last !== undefined) selection.push(last)
      return { session: { selection, line: undefined }, announce: `${selection.length} steps selected` }
    },
  })
}

function walk(id: string, label: string, shortcut: string, next: (state: EditorState, from: string) => string | undefined) {
  return defineCommand({
    id,
    label,
    shortcuts: [shortcut],
    history: 'none',
    isEnabled: (state) => state.document.nodes.length > 0,
    run(state): Change | undefined {
      const from = chosenStep(state)
      const to = from === undefined ? readingOrder(state.document, state.catalog)[0]?.id : next(state, from)
      const node = findNode(state.document, to)
      if (to === undefined || node === undefined) return undefined
      return {
        session: {
          selection: [to],
          line: undefined,
          ...(state.session.openStepId === undefined ? {} : { openStepId: to }),
        },
        announce: nameOf(node),
      }
    },
  })
}

function sortedTargets({ document, catalog }: EditorState, id: string): string[] {
  const node = findNode(document, id)
  const exits = node === undefined ? [] : exitsOf(node, catalog)
  return outgoingOf(document, id)
    .toSorted((a, b) => exits.indexOf(a.sourceHandle ?? 'out') - exits.indexOf(b.sourceHandle ?? 'out'))
    .map((edge) => edge.target)
}

/** The nearest step to one side, those on the same row before all others. */
function beside({ document }: EditorState, id: string, side: -1 | 1): string | undefined {
  const from = findNode(document, id)?.position
  if (from === undefined) return undefined
  const away = (position: { x: number; y: number }) => Math.abs(position.x - from.x) + 4 * Math.abs(position.y - from.y)
  return document.nodes
    .filter((node) => node.id !== id && (node.position.x - from.x) * side > 0 && Math.abs(node.position.y - from.y) < 256)
    .toSorted((a, b) => away(a.position) - away(b.position))[0]?.id
}
