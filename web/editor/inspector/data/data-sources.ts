import { certaintyOf } from '#shared/certainty.ts'
import type { Flow, FlowNode } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { Catalog } from '#shared/manifest.ts'
import { earlierSteps, stepsAway } from './earlier-steps.ts'
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
  const certainty = certaintyOf(flow, catalog)
  const earlier = nodes
    .map((node) => ({
      node,
      name: nameOf(node),
      path: dataPathOf(node, catalog),
      always: certainty.isCertain(node.id, stepId),
    }))
    .toSorted((a, b) => Number(b.always) - Number(a.always) || (distance.get(a.node.id) ?? 0) - (distance.get(b.node.id) ?? 0))
  return [...roundSources(flow, stepId), ...earlier]
}

/** What can be put into a step's fields: what earlier steps gave, and in a start, which has none, what it got itself. */
export function dataToPick(flow: Flow, stepId: string, catalog: Catalog): DataSource[] {
  const node = flow.nodes.find(({ id }) => id === stepId)
  if (node === undefined || catalog.get(node.type)?.role !== 'trigger') return dataSources(flow, stepId, catalog)
  return [{ node, name: nameOf(node), path: dataPathOf(node, catalog), always: true }]
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
