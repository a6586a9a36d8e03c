import type { Flow, FlowNode } from '#shared/flow.ts'
import { rowGap, sizeOf } from './measures.ts'

/** Nearer than this to the card above, a step looks as if it were part of it. */
const nearest = 24

/**
 * The flow with what stood right below these cards, and all that is below that, moved down as far as the cards reach.
 * What stands free stays where it is. A loop grows with what is inside it, and what is below the loop makes way too.
 */
export function withRoom(flow: Flow, grown: ReadonlySet<string>): Flow {
  let now = flow
  let growing = flow.nodes.filter((node) => grown.has(node.id))
  while (growing.length > 0) {
    for (const { id } of growing.toSorted((a, b) => a.position.y - b.position.y)) now = roomBelow(now, id)
    const around = new Set(growing.flatMap(({ parent }) => parent ?? []))
    growing = now.nodes.filter((node) => around.has(node.id))
  }
  return now
}

function roomBelow(flow: Flow, id: string): Flow {
  const card = flow.nodes.find((node) => node.id === id)
  if (card === undefined) return flow
  const { width, height } = sizeOf(flow, card)
  const isBeside = (node: FlowNode) =>
    node.position.x < card.position.x + width && node.position.x + sizeOf(flow, node).width > card.position.x
  const bottom = card.position.y + height
  const covered = flow.nodes
    .filter((node) => node.parent === card.parent && node.id !== id && node.type !== 'note' && isBeside(node))
    .map(({ position }) => position.y)
    .filter((y) => y > card.position.y && y < bottom + nearest)
  if (covered.length === 0) return flow
  const from = Math.min(...covered)
  const shift = bottom + rowGap - from
  const moved = (node: FlowNode) => node.parent === card.parent && node.id !== id && node.position.y >= from
  return {
    ...flow,
    nodes: flow.nodes.map((node) =>
      moved(node) ? { ...node, position: { x: node.position.x, y: node.position.y + shift } } : node,
    ),
  }
}
