import type { Flow, FlowEdge, FlowNode } from '#shared/flow.ts'
import { upstreamOf } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'

interface Known {
  edges: readonly FlowEdge[]
  earlier: Map<string, ReadonlySet<string>>
  triggers: Map<string, FlowNode | undefined>
}

const known = new WeakMap<readonly FlowNode[], Known>()

function knownOf(flow: Pick<Flow, 'nodes' | 'edges'>): Known {
  const before = known.get(flow.nodes)
  if (before?.edges === flow.edges) return before
  const fresh: Known = { edges: flow.edges, earlier: new Map(), triggers: new Map() }
  known.set(flow.nodes, fresh)
  return fresh
}

/** Steps that lines lead from to this one. Worked out once for each state of the document, however many pills ask. */
export function earlierSteps(flow: Pick<Flow, 'nodes' | 'edges'>, id: string): ReadonlySet<string> {
  const { earlier } = knownOf(flow)
  const found = earlier.get(id) ?? upstreamOf(flow, id)
  earlier.set(id, found)
  return found
}

/** The trigger whose data `trigger` means for this step: the nearest one before it, or the step itself. */
export function triggerBefore(flow: Pick<Flow, 'nodes' | 'edges'>, id: string, catalog: Catalog): FlowNode | undefined {
  const { triggers } = knownOf(flow)
  if (!triggers.has(id)) triggers.set(id, nearestTrigger(flow, id, catalog))
  return triggers.get(id)
}

function nearestTrigger(flow: Pick<Flow, 'nodes' | 'edges'>, id: string, catalog: Catalog): FlowNode | undefined {
  const earlier = earlierSteps(flow, id)
  const distance = stepsAway(flow.edges, id)
  return flow.nodes
    .filter((node) => (earlier.has(node.id) || node.id === id) && catalog.get(node.type)?.role === 'trigger')
    .toSorted((a, b) => (distance.get(a.id) ?? 0) - (distance.get(b.id) ?? 0))[0]
}

/** How many lines lie between each earlier step and this one, on the shortest way. */
export function stepsAway(edges: readonly FlowEdge[], to: string): Map<string, number> {
  const before = linesBy(edges, 'target')
  const found = new Map([[to, 0]])
  const queue = [to]
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const { source } of before.get(id) ?? []) {
      if (found.has(source)) continue
      found.set(source, (found.get(id) ?? 0) + 1)
      queue.push(source)
    }
  }
  return found
}

function linesBy(edges: readonly FlowEdge[], end: 'source' | 'target'): Map<string, FlowEdge[]> {
  const lines = new Map<string, FlowEdge[]>()
  for (const edge of edges) {
    const others = lines.get(edge[end])
    if (others) others.push(edge)
    else lines.set(edge[end], [edge])
  }
  return lines
}
