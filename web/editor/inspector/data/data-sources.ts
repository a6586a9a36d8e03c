import { handleOf, nameOf, type Flow, type FlowEdge, type FlowNode } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import { earlierSteps, linesBy, stepsAway } from './earlier-steps.ts'
import type { DataPath } from './path-expression.ts'

/** An earlier step that can give data to another. */
export interface DataSource {
  node: FlowNode
  name: string
  /** Where its data begins for expressions. */
  path: DataPath
  /** Whether it has run each time the other one runs. */
  always: boolean
}

/** The steps that can give data to this one, nearest first; those that always run before those that sometimes do. */
export function dataSources(flow: Flow, stepId: string, catalog: Catalog): DataSource[] {
  const upstream = earlierSteps(flow, stepId)
  const nodes = flow.nodes.filter((node) => upstream.has(node.id) && catalog.get(node.type)?.role !== 'note')
  const distance = stepsAway(flow.edges, stepId)
  const guards = guardsOf(flow, catalog)
  const own = guards(stepId)
  const earlier = nodes
    .map((node) => ({
      node,
      name: nameOf(node),
      path: dataPathOf(node, catalog),
      always: [...guards(node.id)].every((guard) => own.has(guard)),
    }))
    .toSorted((a, b) => Number(b.always) - Number(a.always) || (distance.get(a.node.id) ?? 0) - (distance.get(b.node.id) ?? 0))
  return [...roundSources(flow, stepId), ...earlier]
}

/** What the loops around a step give it: the item each round is about, or what the round before gave. Innermost first. */
function roundSources(flow: Flow, stepId: string): DataSource[] {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]))
  const sources: DataSource[] = []
  const isAround = (id: string) => sources.some(({ node }) => node.id === id)
  for (let id = nodes.get(stepId)?.parent; id !== undefined && !isAround(id); id = nodes.get(id)?.parent) {
    const node = nodes.get(id)
    if (node === undefined) break
    const root = node.type === 'repeat' ? 'previous' : 'item'
    const path = sources.length === 0 ? { root, keys: [] } : { root: 'loops', keys: [id, root] }
    sources.push({
      node,
      name: root === 'item' ? `${nameOf(node)}: this item` : `${nameOf(node)}: the round before`,
      path,
      always: true,
    })
  }
  return sources
}

/** Where a step's data begins for expressions: a trigger's is `trigger`, whichever of them fired. */
export function dataPathOf(node: FlowNode, catalog: Catalog): DataPath {
  return catalog.get(node.type)?.role === 'trigger' ? { root: 'trigger', keys: [] } : { root: 'steps', step: node.id, keys: [] }
}

/**
 * What has to come true for a step to run: the lines that only sometimes are taken and that every way to it uses, with
 * the trigger it needs among several. A step with no other conditions than mine has run whenever I do.
 */
function guardsOf(flow: Flow, catalog: Catalog): (id: string) => Set<string> {
  const triggers = flow.nodes.filter((node) => catalog.get(node.type)?.role === 'trigger').map((node) => node.id)
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]))
  const lanes = new Set(flow.edges.filter((edge) => isSometimesTaken(nodes.get(edge.source), edge, catalog)).map(laneOf))
  const guarded = new Map<string, Set<string>>()
  const guard = (name: string, reached: Set<string>) => {
    for (const { id } of flow.nodes) {
      if (reached.has(id)) continue
      const known = guarded.get(id)
      if (known) known.add(name)
      else guarded.set(id, new Set([name]))
    }
  }
  for (const lane of lanes) {
    guard(
      lane,
      reachable(
        flow.edges.filter((edge) => laneOf(edge) !== lane),
        triggers,
      ),
    )
  }
  if (triggers.length > 1) {
    for (const trigger of triggers) {
      guard(
        trigger,
        reachable(
          flow.edges,
          triggers.filter((other) => other !== trigger),
        ),
      )
    }
  }
  return (id) => guarded.get(id) ?? new Set()
}

function laneOf(edge: FlowEdge): string {
  return `${edge.source}:${handleOf(edge)}`
}

function isSometimesTaken(source: FlowNode | undefined, edge: FlowEdge, catalog: Catalog): boolean {
  if (source === undefined) return false
  const handles = catalog.get(source.type)?.handles
  return (
    handles === 'cases' ||
    (handles?.length ?? 1) > 1 ||
    handleOf(edge) !== 'out' ||
    source.type === 'filter' ||
    source.settings.onError === 'route'
  )
}

function reachable(edges: readonly FlowEdge[], from: readonly string[]): Set<string> {
  const next = linesBy(edges, 'source')
  const found = new Set(from)
  const open = [...from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { target } of next.get(id) ?? []) {
      if (found.has(target)) continue
      found.add(target)
      open.push(target)
    }
  }
  return found
}
