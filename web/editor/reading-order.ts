import type { Flow, FlowEdge, FlowNode } from '#shared/flow.ts'
import { handleOf } from '#shared/flow-names.ts'
import { errorHandle } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { incomingOf, indexOf, outgoingOf } from './document-index.ts'
import { exitLabel, exitsOf } from './exits.ts'
import { isNote } from './layout/measures.ts'
import { owners, root, sourcesOf, topological } from './layout/owners.ts'

export interface ReadStep extends FlowNode {
  /** How deep in branches it stands: 0 for the trunk. */
  depth: number
  /** The lane it begins, such as "Yes". */
  lane: string
}

const orders = new WeakMap<Flow, ReadStep[]>()

/**
 * Steps as one would read them aloud: each lane of a branch to its end before the next, and what comes after the
 * lanes meet last, no deeper than the branch itself. Notes come at the end.
 */
export function readingOrder(flow: Flow, catalog: Catalog): readonly ReadStep[] {
  const known = orders.get(flow)
  if (known !== undefined) return known
  const notes = flow.nodes.filter((node) => isNote(node, catalog))
  const result = [...readSteps(flow, catalog), ...notes.map((node) => ({ ...node, depth: 0, lane: '' }))]
  orders.set(flow, result)
  return result
}

function readSteps(flow: Flow, catalog: Catalog): ReadStep[] {
  const steps = flow.nodes.filter((node) => !isNote(node, catalog))
  const inside = new Map<string | undefined, FlowNode[]>()
  for (const node of steps) inside.set(node.parent, [...(inside.get(node.parent) ?? []), node])
  return readInside(flow, catalog, inside, undefined, 0)
}

/** The steps inside of one, or those inside of none; what a step holds comes right after it, one deeper. */
function readInside(
  flow: Flow,
  catalog: Catalog,
  inside: ReadonlyMap<string | undefined, FlowNode[]>,
  parent: string | undefined,
  depth: number,
): ReadStep[] {
  const { nodes } = indexOf(flow)
  const steps = inside.get(parent) ?? []
  const sources = sourcesOf(flow, new Set(steps.map((node) => node.id)))
  const order = topological(flow, steps, sources)
  const owner = owners(order, sources)
  const place = new Map(order.map((id, index) => [id, index]))

  const owned = new Map<string, string[]>()
  for (const id of order) owned.set(owner.get(id) ?? root, [...(owned.get(owner.get(id) ?? root) ?? []), id])

  const result: ReadStep[] = []
  const open = (owned.get(root) ?? []).toReversed().map((id) => ({ id, depth, lane: '' }))
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const node = nodes.get(at.id)
    if (node === undefined) continue
    result.push({ ...node, depth: at.depth, lane: at.lane })
    if (inside.has(node.id)) result.push(...readInside(flow, catalog, inside, node.id, at.depth + 1))
    const exits = exitsOf(node, catalog)
    const plain = exits.filter((handle) => handle !== errorHandle)
    const entering = (id: string): FlowEdge | undefined =>
      incomingOf(flow, id).length === 1 ? outgoingOf(flow, node.id).find((edge) => edge.target === id) : undefined
    const rank = (id: string) => {
      const edge = entering(id)
      return edge === undefined ? exits.length : exits.indexOf(handleOf(edge))
    }
    const children = (owned.get(node.id) ?? []).toSorted((a, b) => rank(a) - rank(b) || (place.get(a) ?? 0) - (place.get(b) ?? 0))
    for (const id of children.toReversed()) {
      const edge = entering(id)
      const isLane =
        edge !== undefined &&
        (plain.length > 1 || handleOf(edge) === errorHandle || outgoingOf(flow, node.id).length > exits.length)
      open.push({ id, depth: at.depth + (isLane ? 1 : 0), lane: isLane ? exitLabel(node, handleOf(edge)) : '' })
    }
  }
  return result
}
