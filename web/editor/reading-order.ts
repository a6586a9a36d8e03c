import type { Flow, FlowNode } from '#shared/flow.ts'
import { topologicalOrder } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { indexOf, incomingOf, outgoingOf } from './document-index.ts'
import { exitLabel, exitsOf } from './exits.ts'
import { isNote } from './layout/measures.ts'

export interface ReadStep extends FlowNode {
  /** How deep in branches it stands: 0 for the trunk. */
  depth: number
  /** The lane it begins, such as "Yes". */
  lane: string
}

const orders = new WeakMap<Flow, ReadStep[]>()

/**
 * Steps as one would read them aloud: each lane of a branch to its end before the next, and what comes after the
 * lanes meet last. Notes come at the end.
 */
export function readingOrder(flow: Flow, catalog: Catalog): readonly ReadStep[] {
  const known = orders.get(flow)
  if (known !== undefined) return known
  const { nodes } = indexOf(flow)
  const waiting = new Map(flow.nodes.map((node) => [node.id, incomingOf(flow, node.id).length]))
  const result: ReadStep[] = []
  const seen = new Set<string>()
  const visit = (start: FlowNode, startDepth: number) => {
    const open = [{ node: start, depth: startDepth, lane: '' }]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at.node.id)) continue
      seen.add(at.node.id)
      result.push({ ...at.node, depth: at.depth, lane: at.lane })
      const exits = exitsOf(at.node, catalog)
      const onward = outgoingOf(flow, at.node.id).toSorted(
        (a, b) => exits.indexOf(b.sourceHandle ?? 'out') - exits.indexOf(a.sourceHandle ?? 'out'),
      )
      for (const edge of onward) {
        const left = (waiting.get(edge.target) ?? 1) - 1
        waiting.set(edge.target, left)
        const node = nodes.get(edge.target)
        if (left > 0 || node === undefined) continue
        const meets = incomingOf(flow, edge.target).length > 1
        const lane = onward.length > 1 ? exitLabel(at.node, edge.sourceHandle ?? 'out') : ''
        open.push({ node, depth: Math.max(0, at.depth + (onward.length > 1 ? 1 : 0) - (meets ? 1 : 0)), lane })
      }
    }
  }
  const steps = flow.nodes.filter((node) => !isNote(node, catalog))
  for (const node of steps) if (waiting.get(node.id) === 0) visit(node, 0)
  for (const id of topologicalOrder(flow)) {
    const node = nodes.get(id)
    if (node !== undefined && !isNote(node, catalog)) visit(node, 0)
  }
  for (const node of steps) visit(node, 0)
  for (const node of flow.nodes) if (!seen.has(node.id)) result.push({ ...node, depth: 0, lane: '' })
  orders.set(flow, result)
  return result
}
