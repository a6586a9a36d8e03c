import type { Flow, FlowNode } from '#shared/flow.ts'
import { holdsSteps } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { codeStepsOf } from '../code-steps-of.ts'
import { findNode } from '../document-index.ts'

/** A card's size is fixed, so nothing on the canvas is ever measured. */
export const cardWidth = 232
export const cardHeight = 72
export const grid = 16
export const rowGap = 56
export const laneGap = 40
export const rowPitch = cardHeight + rowGap
export const noteSize = { width: 240, height: 128 }
/** What a code step asks for is listed on its card, below what the card shows otherwise. */
export const insideRowHeight = 24
const insidePadding = 8
const mostInsideRows = 4
/** A step that holds others: its name on top, then room around what is inside. */
export const loopHeader = 40
export const loopInset = { side: 24, top: loopHeader + 24, bottom: 64 }
const emptyLoop = { width: cardWidth + 2 * loopInset.side, height: loopInset.top + 48 + loopInset.side }

export function isNote(node: FlowNode, catalog: Catalog): boolean {
  return (catalog.get(node.type)?.role ?? (node.type === 'note' ? 'note' : 'step')) === 'note'
}

export interface Size {
  width: number
  height: number
}

const sizes = new WeakMap<readonly FlowNode[], Map<string, Size>>()

/** How large a step is drawn: a card always the same, one that holds others as large as they need. */
export function sizeOf(flow: Pick<Flow, 'nodes'>, node: FlowNode): Size {
  if (node.type === 'note') return node.size ?? noteSize
  if (!holdsSteps(node.type)) return { width: cardWidth, height: heightOf(node) }
  const known = sizes.get(flow.nodes) ?? new Map<string, Size>()
  sizes.set(flow.nodes, known)
  const size =
    known.get(node.id) ??
    sizeAround(
      flow,
      flow.nodes.filter((inner) => inner.parent === node.id),
    )
  known.set(node.id, size)
  return size
}

/** How high a card is: as all others, unless steps of its own code are listed on it. */
export function heightOf(node: FlowNode): number {
  const { shown, more } = insideRows(codeStepsOf(node))
  const rows = shown.length + (more.length === 0 ? 0 : 1)
  return cardHeight + (rows === 0 ? 0 : insidePadding + rows * insideRowHeight)
}

/** Which of a code step's own steps its card lists, and which only count in its last row. */
export function insideRows<T>(steps: readonly T[]): { shown: readonly T[]; more: readonly T[] } {
  if (steps.length <= mostInsideRows) return { shown: steps, more: [] }
  return { shown: steps.slice(0, mostInsideRows - 1), more: steps.slice(mostInsideRows - 1) }
}

/** The size of a container with these steps inside. */
export function sizeAround(flow: Pick<Flow, 'nodes'>, inside: readonly FlowNode[]): Size {
  const reach = inside.map((node) => {
    const size = sizeOf(flow, node)
    return { right: node.position.x + size.width, bottom: node.position.y + size.height }
  })
  return {
    width: Math.max(emptyLoop.width, ...reach.map(({ right }) => right + loopInset.side)),
    height: Math.max(emptyLoop.height, ...reach.map(({ bottom }) => bottom + loopInset.bottom)),
  }
}

/** Where a step stands on the canvas; its own position is relative to what it is inside of. */
export function placeOf(flow: Flow, node: FlowNode): { x: number; y: number } {
  let { x, y } = node.position
  for (let around = findNode(flow, node.parent); around; around = findNode(flow, around.parent)) {
    x += around.position.x
    y += around.position.y
  }
  return { x, y }
}
