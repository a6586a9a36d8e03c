import type { Viewport } from '@xyflow/react'
import type { Flow } from '#shared/flow.ts'
import { cardWidth, sizeOf } from '../layout/measures.ts'

const margin = 56
/** Below this one can't read the cards any more: then it is better to see the beginning than everything. */
const smallestReadable = 0.7

/** A view that shows the whole flow when it can be read so, and otherwise its beginning. */
export function firstView(flow: Pick<Flow, 'nodes'>, width: number, height: number): Viewport {
  // What is inside a step is within its size.
  const nodes = flow.nodes.filter((node) => node.parent === undefined)
  if (nodes.length === 0) return { x: Math.round((width - cardWidth) / 2), y: Math.round(height / 4), zoom: 1 }
  const left = Math.min(...nodes.map((node) => node.position.x))
  const top = Math.min(...nodes.map((node) => node.position.y))
  const right = Math.max(...nodes.map((node) => node.position.x + sizeOf(flow, node).width))
  const bottom = Math.max(...nodes.map((node) => node.position.y + sizeOf(flow, node).height))
  const fitting = Math.min(1, (width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top))
  const zoom = Math.max(smallestReadable, fitting)
  const first = nodes.find((node) => node.position.y === top) ?? nodes[0]
  const middle =
    fitting < smallestReadable && first !== undefined ? first.position.x + sizeOf(flow, first).width / 2 : (left + right) / 2
  const spare = height - (bottom - top) * zoom
  return {
    x: Math.round(width / 2 - middle * zoom),
    y: Math.round(Math.max(margin, Math.min(spare / 2, height / 5)) - top * zoom),
    zoom,
  }
}

/** The least movement that brings an area into view; undefined when it is there already. */
export function viewOver(
  view: Viewport,
  area: { x: number; y: number; width: number; height: number },
  width: number,
  height: number,
): Viewport | undefined {
  const edge = 48
  const shift = (from: number, size: number, offset: number, room: number) => {
    const start = from * view.zoom + offset
    const end = start + size * view.zoom
    if (end - start > room - 2 * edge) return start < edge || start > room - edge ? edge - start : 0
    if (start < edge) return edge - start
    return end > room - edge ? room - edge - end : 0
  }
  const x = shift(area.x, area.width, view.x, width)
  const y = shift(area.y, area.height, view.y, height)
  return x === 0 && y === 0 ? undefined : { x: view.x + x, y: view.y + y, zoom: view.zoom }
}
