import type { Flow } from '#shared/flow.ts'
import { edgeKey } from '#shared/flow-names.ts'
import type { Catalog } from '#shared/manifest.ts'
import { indexOf } from './document-index.ts'
import { applyToFlow, patchBetween, type Patch } from './document.ts'
import { heightOf } from './layout/measures.ts'
import { tidied } from './layout/tidy.ts'
import { withRoom } from './layout/with-room.ts'

/**
 * Applies a patch and then everything that must follow from it: lines die with their steps, steps with the loop they
 * are in, groups forget what is gone, and with a catalog the steps move to their tidy places when the flow's shape
 * changed. Without one, steps make way for a card that grew. Answers the whole of it as one patch.
 */
export function settle(before: Flow, wanted: Patch, tidyWith: Catalog | undefined): { document: Flow; patch: Patch } {
  const changed = applyToFlow(before, wanted)
  const whole = consistent(changed)
  const after = tidyWith !== undefined && hasOtherShape(before, whole) ? tidied(whole, tidyWith) : roomy(before, whole)
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

/** In a flow whose steps stand where somebody put them. */
function roomy(before: Flow, after: Flow): Flow {
  const { nodes } = indexOf(before)
  const grew = after.nodes.filter((node) => {
    const old = node.type === 'code' ? nodes.get(node.id) : undefined
    return old !== undefined && old !== node && heightOf(node) > heightOf(old)
  })
  return grew.length === 0 ? after : withRoom(after, new Set(grew.map(({ id }) => id)))
}

function hasOtherShape(before: Flow, after: Flow): boolean {
  return (
    before.edges !== after.edges ||
    before.nodes.length !== after.nodes.length ||
    after.nodes.some((node, index) => {
      const old = before.nodes[index]
      return node !== old && (old?.id !== node.id || old.type !== node.type || heightOf(old) !== heightOf(node))
    })
  )
}
