import type { Flow } from '#shared/flow.ts'
import { handleOf } from '#shared/flow-names.ts'
import { errorHandle, handlesOf } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { indexOf } from '../document-index.ts'
import type { Point } from '../state.ts'
import { holdsSteps } from '#shared/graph.ts'
import { cardHeight, isNote, laneGap, loopInset, rowGap, type Size, sizeOf } from './measures.ts'
import { owners, root, sourcesOf, topological } from './owners.ts'

/** How far a block reaches left and right of its first step's middle, and down to which row. */
interface Block {
  left: number
  right: number
  rows: number
}

/** Room for a line that passes beside a lane on its way to where the lanes meet. */
const passingLane = 64

/**
 * Where each step stands when a flow is kept tidy: top to bottom, a row for each step of the longest way there, the
 * lanes of a branch side by side in the order of its exits, and what they lead to together below them.
 *
 * A step's block holds everything that can only be reached through it, so blocks nest and never overlap: its lanes
 * first, then the steps where they meet. What is inside a step that repeats is laid out by itself, the innermost first,
 * and makes that step as large as it needs. Notes stay where they are.
 */
export function layoutLanes(flow: Flow, catalog: Catalog): Map<string, Point> {
  const places = new Map<string, Point>()
  const loops = flow.nodes.filter((node) => holdsSteps(node.type)).toSorted((a, b) => depthOf(flow, b.id) - depthOf(flow, a.id))
  let inner = flow
  for (const loop of loops) {
    const inside = insetBy(layoutInside(inner, catalog, loop.id), inner)
    inner = placed(inner, inside)
    for (const [id, place] of inside) places.set(id, place)
  }
  for (const [id, place] of layoutInside(inner, catalog, undefined)) places.set(id, place)
  return places
}

/** How many steps a step is inside of. */
function depthOf(flow: Flow, id: string): number {
  const { nodes } = indexOf(flow)
  const seen = new Set<string>()
  for (let at = nodes.get(id)?.parent; at !== undefined && !seen.has(at); at = nodes.get(at)?.parent) seen.add(at)
  return seen.size
}

function placed(flow: Flow, places: ReadonlyMap<string, Point>): Flow {
  if (places.size === 0) return flow
  return { ...flow, nodes: flow.nodes.map((node) => ({ ...node, position: places.get(node.id) ?? node.position })) }
}

/** Moves what is inside a step to where its room begins. */
function insetBy(places: ReadonlyMap<string, Point>, flow: Flow): Map<string, Point> {
  const { nodes } = indexOf(flow)
  const left = Math.min(...[...places.values()].map(({ x }) => x))
  const top = Math.min(...[...places.values()].map(({ y }) => y))
  const all = [...places].filter(([id]) => nodes.has(id))
  return new Map(all.map(([id, { x, y }]) => [id, { x: x - left + loopInset.side, y: y - top + loopInset.top }]))
}

function layoutInside(flow: Flow, catalog: Catalog, parent: string | undefined): Map<string, Point> {
  const steps = flow.nodes.filter((node) => !isNote(node, catalog) && node.parent === parent)
  const size = new Map(steps.map((node) => [node.id, sizeOf(flow, node)]))
  const ids = new Set(steps.map((node) => node.id))
  const sources = sourcesOf(flow, ids)
  const order = topological(flow, steps, sources)
  const place = new Map(order.map((id, index) => [id, index]))
  const rank = ranks(order, sources)
  const owner = owners(order, sources)

  const owned = new Map<string, string[]>()
  for (const id of order) {
    const by = owner.get(id) ?? root
    owned.set(by, [...(owned.get(by) ?? []), id])
  }

  const blocks = new Map<string, Block>()
  const offset = new Map<string, number>()
  const exitOrder = (id: string) => laneOrder(flow, catalog, id, place)
  for (const id of [...order.toReversed(), root]) {
    blocks.set(id, arrange(id, owned.get(id) ?? [], { rank, sources, blocks, offset, exitOrder, owner, size }))
  }

  const first = steps.find((node) => (sources.get(node.id)?.length ?? 0) === 0)
  const middle = new Map<string, number>([[root, 0]])
  for (const id of order) middle.set(id, (middle.get(owner.get(id) ?? root) ?? 0) + (offset.get(id) ?? 0))
  const halfOf = (id: string) => (size.get(id)?.width ?? 0) / 2
  const shift = first === undefined ? 0 : first.position.x + halfOf(first.id) - (middle.get(first.id) ?? 0)
  const rowTops = rowsFrom(first?.position.y ?? 0, rank, size)
  return new Map(order.map((id) => [id, { x: (middle.get(id) ?? 0) - halfOf(id) + shift, y: rowTops[rank.get(id) ?? 0] ?? 0 }]))
}

/** Where each row begins: below the tallest of the row before. */
function rowsFrom(top: number, rank: ReadonlyMap<string, number>, size: ReadonlyMap<string, Size>): number[] {
  const heights: number[] = []
  for (const [id, row] of rank) heights[row] = Math.max(heights[row] ?? cardHeight, size.get(id)?.height ?? cardHeight)
  const tops: number[] = []
  let at = top
  for (const height of heights) {
    tops.push(at)
    at += (height ?? cardHeight) + rowGap
  }
  return tops
}

interface Facts {
  rank: ReadonlyMap<string, number>
  sources: ReadonlyMap<string, string[]>
  owner: ReadonlyMap<string, string>
  blocks: ReadonlyMap<string, Block>
  size: ReadonlyMap<string, Size>
  /** Of a step's middle from its owner's middle. */
  offset: Map<string, number>
  exitOrder(id: string): { target: string; isFailure: boolean }[]
}

/** Puts what a step owns below it and answers the whole block's reach. */
function arrange(id: string, owned: readonly string[], facts: Facts): Block {
  const { rank, sources, blocks, offset, size } = facts
  const half = (size.get(id)?.width ?? 0) / 2
  const own = id === root ? { left: 0, right: 0 } : { left: -half, right: half }
  const isLane = (child: string) => (sources.get(child) ?? []).every((source) => source === id)
  const lanes = owned.filter(isLane)
  const meetings = owned.filter((child) => !isLane(child))
  const exits = id === root ? lanes.map((target) => ({ target, isFailure: false })) : facts.exitOrder(id)

  const taken: { left: number; right: number; from: number; to: number }[] = []
  const centres: number[] = []
  let edge: number | undefined
  for (const { target: exit, isFailure } of exits) {
    const block = lanes.includes(exit) ? blocks.get(exit) : undefined
    const passes = block === undefined
    // A line straight to a meeting further down needs room only beside real lanes.
    if (passes && (lanes.length === 0 || !meetings.includes(exit))) continue
    const left = block?.left ?? -passingLane / 2
    const right = block?.right ?? passingLane / 2
    const centre = edge === undefined ? 0 : edge + laneGap - left
    edge = centre + right
    // What is done after a failure stands aside; the way on goes straight down.
    if (!isFailure || exits.length === 1) centres.push(centre)
    if (block !== undefined) {
      offset.set(exit, centre)
      taken.push({ left: centre + left, right: centre + right, from: rank.get(exit) ?? 0, to: block.rows })
    }
  }
  const middle = round8(((centres[0] ?? 0) + (centres.at(-1) ?? 0)) / 2)
  for (const lane of lanes) offset.set(lane, round8((offset.get(lane) ?? 0) - middle))
  for (const area of taken) {
    area.left -= middle
    area.right -= middle
  }

  for (const meeting of meetings) {
    const width = size.get(meeting)?.width ?? 0
    const block = blocks.get(meeting) ?? { left: -width / 2, right: width / 2, rows: rank.get(meeting) ?? 0 }
    const from = rank.get(meeting) ?? 0
    const entries = (sources.get(meeting) ?? []).map((source) => offsetWithin(source, id, facts))
    const wanted = round8((Math.min(...entries) + Math.max(...entries)) / 2)
    const centre = freePlace(wanted, block, from, taken)
    offset.set(meeting, centre)
    taken.push({ left: centre + block.left, right: centre + block.right, from, to: block.rows })
  }
  return {
    left: Math.min(own.left, ...taken.map((area) => area.left)),
    right: Math.max(own.right, ...taken.map((area) => area.right)),
    rows: Math.max(rank.get(id) ?? 0, ...taken.map((area) => area.to)),
  }
}

/** The place nearest to the wanted one where a block touches nothing that stands on the same rows. */
function freePlace(
  wanted: number,
  block: Block,
  from: number,
  taken: { left: number; right: number; from: number; to: number }[],
): number {
  const beside = taken.filter((area) => area.to >= from && area.from <= block.rows)
  const collides = (centre: number) =>
    beside.some((area) => centre + block.left < area.right + laneGap && centre + block.right > area.left - laneGap)
  const candidates = [
    wanted,
    ...beside.flatMap((area) => [round8(area.right + laneGap - block.left + 4), round8(area.left - laneGap - block.right - 4)]),
  ]
  return (
    candidates.filter((centre) => !collides(centre)).toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] ?? wanted
  )
}

/** How far a step's middle is from the middle of a step whose block it is in. */
function offsetWithin(id: string, outer: string, { owner, offset }: Facts): number {
  let sum = 0
  for (let at = id; at !== outer && at !== root; at = owner.get(at) ?? root) sum += offset.get(at) ?? 0
  return sum
}

/** The steps a step leads to, by the order of its exits and then of its lines, each once. */
function laneOrder(
  flow: Flow,
  catalog: Catalog,
  id: string,
  place: ReadonlyMap<string, number>,
): { target: string; isFailure: boolean }[] {
  const node = indexOf(flow).nodes.get(id)
  const edges = indexOf(flow).outgoing.get(id) ?? []
  const type = node === undefined ? undefined : catalog.get(node.type)
  const handles = node === undefined || type === undefined ? [] : handlesOf(node, type)
  const at = (handle: string) => (handles.includes(handle) ? handles.indexOf(handle) : handles.length)
  const lanes = new Map<string, { target: string; isFailure: boolean }>()
  for (const edge of edges.toSorted((a, b) => at(handleOf(a)) - at(handleOf(b)))) {
    if (!place.has(edge.target) || lanes.has(edge.target)) continue
    lanes.set(edge.target, { target: edge.target, isFailure: handleOf(edge) === errorHandle })
  }
  return [...lanes.values()]
}

function ranks(order: readonly string[], sources: ReadonlyMap<string, string[]>): Map<string, number> {
  const rank = new Map<string, number>()
  for (const id of order) {
    // A source of a later place is part of a circle and counts for nothing.
    const above = (sources.get(id) ?? []).map((source) => rank.get(source) ?? -1)
    rank.set(id, Math.max(-1, ...above) + 1)
  }
  return rank
}

const round8 = (value: number): number => Math.round(value / 8) * 8
