import { edgeKey, type Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import { applyToFlow, patchBetween, type Patch } from './document.ts'
import { tidied } from './layout/tidy.ts'

/**
 * Applies a patch and then everything that must follow from it: lines die with their steps, steps with the loop they
 * are in, groups forget what is gone, and with a catalog the steps move to their tidy places when the flow's shape
 * changed. Answers the whole of it as one patch.
 */
export function settle(before: Flow, wanted: Patch, tidyWith: Catalog | undefined): { document: Flow; patch: Patch } {
  const changed = applyToFlow(before, wanted)
  const whole = consistent(changed)
  const after = tidyWith !== undefined && hasOtherShape(before, whole) ? tidied(whole, tidyWith) : whole
  return { document: after, patch: [...wanted, ...patchBetween(changed, after)] }
}

function consistent(flow: Flow): Flow {
  const nodes = withoutOrphans(flow.nodes)
  const ids = new Set(nodes.map((node) => node.id))
  const seen = new Set<string>()
  const edges = flow.edges.filter((edge) => {
    const key = edgeKey(edge)
    const keep = ids.has(edge.source) && ids.has(edge.target) && !seen.has(key)
    seen.add(key)
    return keep
  })
  const groups = flow.groups.map((group) =>
    group.nodeIds.every((id) => ids.has(id)) ? group : { ...group, nodeIds: group.nodeIds.filter((id) => ids.has(id)) },
  )
  const isSame =
    nodes.length === flow.nodes.length &&
    edges.length === flow.edges.length &&
    groups.every((group, index) => group === flow.groups[index])
  return isSame ? flow : { ...flow, nodes, edges, groups }
}

function withoutOrphans(nodes: Flow['nodes']): Flow['nodes'] {
  const ids = new Set(nodes.map((node) => node.id))
  const kept = nodes.filter((node) => node.parent === undefined || ids.has(node.parent))
  return kept.length === nodes.length ? nodes : withoutOrphans(kept)
}

function hasOtherShape(before: Flow, after: Flow): boolean {
  return (
    before.edges !== after.edges ||
    before.nodes.length !== after.nodes.length ||
    after.nodes.some((node, index) => node.id !== before.nodes[index]?.id || node.type !== before.nodes[index]?.type)
  )
}
