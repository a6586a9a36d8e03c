import type { FlowNode } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'

/** A card's size is fixed, so nothing on the canvas is ever measured. */
export const cardWidth = 232
export const cardHeight = 72
export const grid = 16
export const rowGap = 56
export const laneGap = 40
export const rowPitch = cardHeight + rowGap
export const noteSize = { width: 240, height: 128 }

export function isNote(node: FlowNode, catalog: Catalog): boolean {
  return (catalog.get(node.type)?.role ?? (node.type === 'note' ? 'note' : 'step')) === 'note'
}

export function sizeOf(node: FlowNode): { width: number; height: number } {
  return node.type === 'note' ? (node.size ?? noteSize) : { width: cardWidth, height: cardHeight }
}
