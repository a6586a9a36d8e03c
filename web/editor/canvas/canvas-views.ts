import { Position, type Edge, type Node } from '@xyflow/react'
import type { Flow, FlowEdge, FlowNode } from '#shared/flow.ts'
import { edgeKey, handleOf, nameOf } from '#shared/flow-names.ts'
import { errorHandle } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { findNode } from '../document-index.ts'
import { exitsOf } from '../exits.ts'
import { holdsSteps } from '#shared/graph.ts'
import { isNote, type Size, sizeOf } from '../layout/measures.ts'
import type { Point } from '../state.ts'
import { exitX } from './exit-places.ts'
import type { LineCourse } from './line-path.ts'

export type StepNodeView = Node<Record<string, never>, 'step' | 'loop' | 'note'>
export type LineView = Edge<{ course: LineCourse }, 'line'>

/** The one way into a step, known to React Flow by this name. */
export const inHandle = 'in'

const dotSize = 12
const noData: Record<string, never> = {}

/**
 * Makes what React Flow draws from of a document. A step that didn't change keeps its object, so React Flow and the
 * cards skip it; sizes and handles are told, so nothing is measured.
 */
export function createCanvasViews(catalog: Catalog) {
  const resting = new WeakMap<FlowNode, StepNodeView>()
  const chosen = new WeakMap<FlowNode, StepNodeView>()
  const lines = new WeakMap<FlowEdge, LineView>()

  function nodeView(flow: Flow, node: FlowNode, selected: boolean): StepNodeView {
    const cache = selected ? chosen : resting
    const known = cache.get(node)
    const size = sizeOf(flow, node)
    if (known?.width === size.width && known.height === size.height) return known
    const view = viewOf(node, selected, catalog, size)
    cache.set(node, view)
    return view
  }

  return {
    nodes(flow: Flow, selection: readonly string[], dragging: ReadonlyMap<string, Point> | undefined): StepNodeView[] {
      const selected = new Set(selection)
      return outerFirst(flow).map((node) => {
        const view = nodeView(flow, node, selected.has(node.id))
        const position = dragging?.get(node.id)
        return position === undefined ? view : { ...view, position, dragging: true }
      })
    },
    lines(
      flow: Flow,
      selectedLine: string | undefined,
      courses: ReadonlyMap<string, LineCourse>,
      taken: ReadonlySet<string>,
    ): LineView[] {
      const ids = new Set(flow.nodes.map((node) => node.id))
      return flow.edges.flatMap((edge) => {
        if (!ids.has(edge.source) || !ids.has(edge.target)) return []
        const id = edgeKey(edge)
        const course = courses.get(id) ?? { bend: 'early' }
        const selected = id === selectedLine
        // Where lines run together, the one that was taken is seen.
        const zIndex = (selected ? 2 : taken.has(id) ? 1 : 0) + levelInside(flow, edge)
        const label = `Line from ${nameAt(flow, edge.source)} to ${nameAt(flow, edge.target)}`
        const known = lines.get(edge)
        if (
          known !== undefined &&
          known.selected === selected &&
          known.zIndex === zIndex &&
          known.ariaLabel === label &&
          isSame(known.data?.course, course)
        )
          return [known]
        const view: LineView = {
          id,
          type: 'line',
          source: edge.source,
          target: edge.target,
          sourceHandle: handleOf(edge),
          targetHandle: inHandle,
          selected,
          zIndex,
          data: { course },
          interactionWidth: 20,
          reconnectable: 'target',
          ariaLabel: label,
          domAttributes: { 'aria-roledescription': 'line' },
        }
        lines.set(edge, view)
        return [view]
      })
    },
  }
}

/** Cards lie above all lines, and lines above the frames they are in. */
const cardLevel = 10

/** React Flow lifts lines inside a frame to the level of their cards; they belong between the two. */
function levelInside(flow: Flow, edge: FlowEdge): number {
  const ends = [findNode(flow, edge.source), findNode(flow, edge.target)]
  if (ends.every((node) => node?.parent === undefined)) return 0
  const level = (node: FlowNode | undefined): number =>
    node === undefined ? 0 : holdsSteps(node.type) ? 1 + level(findNode(flow, node.parent)) : cardLevel
  return cardLevel / 2 - Math.max(...ends.map(level))
}

/** React Flow wants to know of a step that holds others before it knows of them. */
function outerFirst(flow: Flow): readonly FlowNode[] {
  if (flow.nodes.every((node) => node.parent === undefined)) return flow.nodes
  const depth = (node: FlowNode | undefined): number => (node === undefined ? 0 : 1 + depth(findNode(flow, node.parent)))
  return flow.nodes.toSorted((a, b) => depth(a) - depth(b))
}

function viewOf(node: FlowNode, selected: boolean, catalog: Catalog, { width, height }: Size): StepNodeView {
  const isPaper = isNote(node, catalog)
  const isLoop = holdsSteps(node.type)
  const role = catalog.get(node.type)?.role ?? 'step'
  // The dots are 12 px and lie on the edge of the card; lines begin and end at their far sides, as if measured.
  const dot = { width: dotSize, height: dotSize }
  const entrance = {
    id: inHandle,
    type: 'target' as const,
    position: Position.Top,
    x: (width - dotSize) / 2,
    y: -dotSize / 2,
    ...dot,
  }
  const exits = exitsOf(node, catalog).map((id) =>
    id === errorHandle
      ? {
          id,
          type: 'source' as const,
          position: Position.Right,
          x: width - dotSize / 2,
          y: (height - dotSize) / 2,
          ...dot,
        }
      : {
          id,
          type: 'source' as const,
          position: Position.Bottom,
          x: exitX(node, id, catalog, width) - dotSize / 2,
          y: height - dotSize / 2,
          ...dot,
        },
  )
  return {
    id: node.id,
    type: isPaper ? 'note' : isLoop ? 'loop' : 'step',
    position: node.position,
    data: noData,
    selected,
    width,
    height,
    measured: { width, height },
    handles: isPaper ? [] : role === 'trigger' ? exits : [entrance, ...exits],
    // Above the lines, also those that were taken: they pass behind the names of the ways on.
    zIndex: isPaper ? -1 : isLoop ? 0 : cardLevel,
    ...(node.parent === undefined ? {} : { parentId: node.parent }),
    // The card names itself; the wrapper around it is nothing of its own.
    domAttributes: { 'aria-roledescription': undefined },
  }
}

function isSame(a: LineCourse | undefined, b: LineCourse): boolean {
  return a !== undefined && a.bend === b.bend && a.via === b.via && a.side === b.side
}

function nameAt(flow: Flow, id: string): string {
  const node = findNode(flow, id)
  return node === undefined ? id : nameOf(node)
}
