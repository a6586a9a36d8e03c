import type { Flow, FlowNode } from './flow.ts'
import type { NodeType } from './manifest.ts'

type Drawing = Pick<Flow, 'nodes' | 'edges'>

/** The exit a step is left through when its attempts are used up and its `onError` is `route`. */
export const errorHandle = 'error'

/** The exit of a `switch` when no case holds. */
export const otherwiseHandle = 'default'

/** Whether a step of this type holds other steps and does them again and again. */
export function holdsSteps(type: string): boolean {
  return type === 'forEach' || type === 'repeat'
}

/** The exits a line can leave this node by, in the order they are drawn. */
export function handlesOf(node: FlowNode, type: NodeType): string[] {
  const own = type.handles === 'cases' ? [...caseIdsOf(node), otherwiseHandle] : type.handles
  return type.role === 'step' && node.settings.onError === 'route' ? [...own, errorHandle] : [...own]
}

/** The ids of a `switch` step's cases, leaving out what is no case. */
export function caseIdsOf(node: FlowNode): string[] {
  const { cases } = node.params
  if (!Array.isArray(cases)) return []
  return cases.flatMap((item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) && typeof item.id === 'string' ? [item.id] : [],
  )
}

const whenReceived: { [type: string]: string } = { waitForEvent: 'When it comes', waitForForm: 'When it is sent' }
const whenLate: { [type: string]: string } = {
  waitForEvent: 'If nothing comes',
  approval: 'If nobody answers',
  waitForForm: 'If nobody answers',
}

/** What a person reads at an exit: a case's label, Yes, Otherwise, If it fails … */
export function handleLabel(node: FlowNode, handle: string): string {
  const words: { [handle: string]: string } = {
    out: 'Next',
    true: 'Yes',
    false: 'Otherwise',
    default: 'Otherwise',
    error: 'If it fails',
    received: Object.hasOwn(whenReceived, node.type) ? (whenReceived[node.type] ?? '') : 'When it is called',
    timeout: Object.hasOwn(whenLate, node.type) ? (whenLate[node.type] ?? '') : 'If nobody calls',
    approved: 'Approved',
    rejected: 'Declined',
  }
  if (caseIdsOf(node).includes(handle)) return handle
  return Object.hasOwn(words, handle) ? (words[handle] ?? handle) : handle
}

/** Every node from which lines lead to this one; for a step inside a loop also those before the loop. */
export function upstreamOf(flow: Drawing, id: string): Set<string> {
  const before = neighbours(flow, 'target', 'source')
  const parents = new Map(flow.nodes.map((node) => [node.id, node.parent]))
  const found = reach(before, id)
  const loops = new Set<string>()
  for (let loop = parents.get(id); loop !== undefined && !loops.has(loop); loop = parents.get(loop)) {
    loops.add(loop)
    for (const step of reach(before, loop)) found.add(step)
  }
  return found
}

/** Every node that lines from this one lead to. */
export function downstreamOf(flow: Drawing, id: string): Set<string> {
  return reach(neighbours(flow, 'source', 'target'), id)
}

/** Whether a line from source to target would close a circle. */
export function wouldCycle(flow: Drawing, source: string, target: string): boolean {
  return source === target || downstreamOf(flow, target).has(source)
}

/**
 * Ids so that every line leads forward, and a loop stands before what is in it; among equals the order of the
 * document. Nodes on a circle, and those behind one, are left out.
 */
export function topologicalOrder(flow: Drawing): string[] {
  const position = new Map(flow.nodes.map((node, index) => [node.id, index]))
  const next = neighbours(flow, 'source', 'target')
  for (const node of flow.nodes) if (node.parent !== undefined) addTo(next, node.parent, node.id)
  const open = new Map<string, number>()
  for (const targets of next.values()) for (const target of targets) open.set(target, (open.get(target) ?? 0) + 1)

  const ready = new SmallestFirst()
  for (const [id, index] of position) if (!open.has(id)) ready.push(index)
  const order: string[] = []
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    const id = flow.nodes[index]?.id
    if (id === undefined) continue
    order.push(id)
    for (const target of next.get(id) ?? []) {
      const left = (open.get(target) ?? 0) - 1
      open.set(target, left)
      const at = position.get(target)
      if (left === 0 && at !== undefined) ready.push(at)
    }
  }
  return order
}

/** The nodes of one circle in the order its lines lead, or undefined when there is none. */
export function findCycle(flow: Drawing): string[] | undefined {
  const sorted = new Set(topologicalOrder(flow))
  const before = neighbours(flow, 'target', 'source')
  const left = flow.nodes.find((node) => !sorted.has(node.id))
  if (!left) return undefined
  // What is left has something left before it, so walking back must come round to where it was.
  const parents = new Map(flow.nodes.map((node) => [node.id, node.parent]))
  const trail: string[] = []
  const seen = new Map<string, number>()
  for (let at: string | undefined = left.id; at !== undefined;) {
    const again = seen.get(at)
    if (again !== undefined) return trail.slice(again).toReversed()
    seen.set(at, trail.length)
    trail.push(at)
    const parent = parents.get(at)
    at = before.get(at)?.find((id) => !sorted.has(id)) ?? (parent !== undefined && !sorted.has(parent) ? parent : undefined)
  }
  return undefined
}

/** A question asked often of one drawing: do lines lead from `before` to `after`? One bit for each pair of nodes. */
export function ancestry(flow: Drawing): { isUpstream(before: string, after: string): boolean } {
  const order = topologicalOrder(flow)
  const position = new Map(order.map((id, index) => [id, index]))
  const parents = new Map(flow.nodes.map((node) => [node.id, node.parent]))
  const before = neighbours(flow, 'target', 'source')
  const words = Math.ceil(order.length / 32)
  const rows: Uint32Array[] = []
  for (const [index, id] of order.entries()) {
    const row = new Uint32Array(words)
    rows[index] = row
    for (const source of before.get(id) ?? []) {
      const at = position.get(source)
      if (at === undefined) continue
      mergeInto(row, rows[at])
      setBit(row, at)
    }
    const parent = parents.get(id)
    const loop = parent === undefined ? undefined : position.get(parent)
    if (loop !== undefined) mergeInto(row, rows[loop])
  }
  return {
    isUpstream(one, other) {
      const at = position.get(one)
      const row = rows[position.get(other) ?? -1]
      return at !== undefined && row !== undefined && ((row[at >> 5] ?? 0) & (1 << (at & 31))) !== 0
    },
  }
}

function neighbours(flow: Drawing, from: 'source' | 'target', to: 'source' | 'target'): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const edge of flow.edges) addTo(found, edge[from], edge[to])
  return found
}

function addTo(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function reach(next: Map<string, string[]>, from: string): Set<string> {
  const found = new Set<string>()
  const open = [...(next.get(from) ?? [])]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...(next.get(id) ?? []))
  }
  return found
}

function mergeInto(row: Uint32Array, other: Uint32Array | undefined): void {
  if (!other) return
  for (let word = 0; word < row.length; word++) row[word] = (row[word] ?? 0) | (other[word] ?? 0)
}

function setBit(row: Uint32Array, at: number): void {
  row[at >> 5] = (row[at >> 5] ?? 0) | (1 << (at & 31))
}

/** A heap of numbers, smallest first: thousands of nodes can be ready at once. */
class SmallestFirst {
  private readonly items: number[] = []

  push(value: number): void {
    const { items } = this
    let at = items.length
    while (at > 0) {
      const above = (at - 1) >> 1
      if ((items[above] ?? 0) <= value) break
      items[at] = items[above] ?? 0
      at = above
    }
    items[at] = value
  }

  pop(): number | undefined {
    const { items } = this
    const top = items[0]
    const last = items.pop()
    if (top === undefined || last === undefined || items.length === 0) return top
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if ((items[below + 1] ?? Number.POSITIVE_INFINITY) < (items[below] ?? 0)) below++
      if ((items[below] ?? 0) >= last) break
      items[at] = items[below] ?? 0
      at = below
    }
    items[at] = last
    return top
  }
}
