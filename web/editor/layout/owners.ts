import type { Flow, FlowNode } from '#shared/flow.ts'
import { indexOf } from '../document-index.ts'

/** Owns what no step owns. */
export const root = ''

/** The steps from which lines lead to each of these. */
export function sourcesOf(flow: Flow, ids: ReadonlySet<string>): Map<string, string[]> {
  const sources = new Map<string, string[]>([...ids].map((id) => [id, []]))
  for (const { source, target } of flow.edges) if (ids.has(source)) sources.get(target)?.push(source)
  return sources
}

/** Sources before targets, otherwise as in the document; what is part of a circle comes last. */
export function topological(flow: Flow, steps: readonly FlowNode[], sources: ReadonlyMap<string, string[]>): string[] {
  const waiting = new Map([...sources].map(([id, list]) => [id, list.length]))
  const ready = steps.filter((node) => waiting.get(node.id) === 0).map((node) => node.id)
  const order: string[] = []
  const seen = new Set<string>()
  const { outgoing } = indexOf(flow)
  for (const id of ready) {
    order.push(id)
    seen.add(id)
    for (const { target } of outgoing.get(id) ?? []) {
      const left = (waiting.get(target) ?? 0) - 1
      waiting.set(target, left)
      if (left === 0) ready.push(target)
    }
  }
  return [...order, ...steps.map((node) => node.id).filter((id) => !seen.has(id))]
}

/** For each step the nearest one that every way to it passes through: its immediate dominator. */
export function owners(order: readonly string[], sources: ReadonlyMap<string, string[]>): Map<string, string> {
  const owner = new Map<string, string>()
  const depth = new Map<string, number>([[root, 0]])
  const common = (a: string, b: string): string => {
    let [one, other] = [a, b]
    while (one !== other) {
      if ((depth.get(one) ?? 0) >= (depth.get(other) ?? 0)) one = owner.get(one) ?? root
      else other = owner.get(other) ?? root
    }
    return one
  }
  for (const id of order) {
    const known = (sources.get(id) ?? []).filter((source) => depth.has(source))
    const by = known.length === 0 ? root : known.reduce(common)
    owner.set(id, by)
    depth.set(id, (depth.get(by) ?? 0) + 1)
  }
  return owner
}
