import { handleOf, type Flow } from '#shared/flow.ts'
import { errorHandle, handlesOf } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { indexOf } from '../document-index.ts'
import type { Point } from '../state.ts'
import { cardWidth, isNote, laneGap, rowPitch } from './measures.ts'
import { owners, root, sourcesOf, topological } from './owners.ts'

/** How far a block reaches left and right of its first step's middle, and down to which row. */
interface Block {
  left: number
  right: number
  rows: number
}

/** Room for a line that passes beside a lane on its way to where the lanes meet. */
const passingLane = 64
const half = cardWidth / 2

/**
 * Where each step stands when a flow is kept tidy: top to bottom, a row for each step of the longest way there, the
 * lanes of a branch side by side in the order of its exits, and what they lead to together below them.
 *
 * A step's block holds everything that can only be reached through it, so blocks nest and never overlap: its lanes
 * first, then the steps where they meet. Steps in a loop and notes stay where they are.
 */
export function layoutLanes(flow: Flow, catalog: Catalog): Map<string, Point> {
  const steps = flow.nodes.filter((node) => !isNote(node, catalog) && node.parent === undefined)
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
    blocks.set(id, arrange(id, owned.get(id) ?? [], { rank, sources, blocks, offset, exitOrder, owner }))
  }

  const first = steps.find((node) => (sources.get(node.id)?.length ?? 0) === 0)
  const middle = new Map<string, number>([[root, 0]])
  for (const id of order) middle.set(id, (middle.get(owner.get(id) ?? root) ?? 0) + (offset.get(id) ?? 0))
  const shift = first === undefined ? 0 : first.position.x - (middle.get(first.id) ?? 0)
  const top = first?.position.y ?? 0
  return new Map(order.map((id) => [id, { x: (middle.get(id) ?? 0) + shift, y: (rank.get(id) ?? 0) * rowPitch + top }]))
}

interface Facts {
  rank: ReadonlyMap<string, number>
  sources: ReadonlyMap<string, string[]>
  owner: ReadonlyMap<string, string>
  blocks: ReadonlyMap<string, Block>
  /** Of a step's middle from its owner's middle. */
  offset: Map<string, number>
  exitOrder(id: string): { target: string; isFailure: boolean }[]
}

/** Puts what a step owns below it and answers the whole block's reach. */
function arrange(id: string, owned: readonly string[], facts: Facts): Block {
  const { rank, sources, blocks, offset } = facts
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
    const block = blocks.get(meeting) ?? { left: -half, right: half, rows: rank.get(meeting) ?? 0 }
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
