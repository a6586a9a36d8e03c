import { type CodeReference, codeReferences } from './code-references.ts'
import { renameReferences } from './expression/template.ts'
import { type Flow, type FlowNode, NodeId } from './flow.ts'
import { AppError } from './errors.ts'
import { isJsonObject, type Json } from './json.ts'

/**
 * The flow with one node under a new id, and everything that named the old one rewritten: lines, groups, what is
 * inside it, holes and code. Throws `invalid_request` when the new id is taken or can't be one.
 */
export function renameNode(flow: Flow, from: string, to: string): Flow {
  if (from === to) return flow
  if (!NodeId.safeParse(to).success)
    throw new AppError('invalid_request', `"${to}" can't be a step's id. Use letters, digits and _, starting with a letter.`)
  if (flow.nodes.some((node) => node.id === to)) throw new AppError('invalid_request', `Another step is already called "${to}".`)
  const swap = (id: string) => (id === from ? to : id)
  return {
    ...flow,
    nodes: flow.nodes.map((node) => renameIn(node, from, to)),
    edges: flow.edges.map((edge) => ({ ...edge, source: swap(edge.source), target: swap(edge.target) })),
    groups: flow.groups.map((group) => ({ ...group, nodeIds: group.nodeIds.map(swap) })),
    settings: inStrings(flow.settings, (text) => renameReferences(text, from, to)),
  }
}

function renameIn(node: FlowNode, from: string, to: string): FlowNode {
  const { code, ...params } = node.params
  const renamed: FlowNode = {
    ...node,
    id: node.id === from ? to : node.id,
    params: inStrings(params, (text) => renameReferences(text, from, to)),
    settings: inStrings(node.settings, (text) => renameReferences(text, from, to)),
  }
  // Key order is what people see in their document: `code` stays where it was.
  if (code !== undefined) {
    const newCode = node.type === 'code' && typeof code === 'string' ? renameInCode(code, from, to) : code
    renamed.params = Object.fromEntries(
      Object.keys(node.params).map((name) => [name, name === 'code' ? newCode : (renamed.params[name] ?? null)]),
    )
  }
  if (node.parent !== undefined) renamed.parent = node.parent === from ? to : node.parent
  return renamed
}

/** The code with every use of one step rewritten; a variable of the same name stays what it is. */
export function renameInCode(code: string, from: string, to: string): string {
  const { steps, waits } = codeReferences(code)
  const places = [...steps, ...waits].filter(({ id }) => id === from).toSorted((a, b) => b.start - a.start)
  return places.reduce((text, place) => text.slice(0, place.start) + written(place, to) + text.slice(place.end), code)
}

function written(place: CodeReference, to: string): string {
  return place.shorthand ? `${to}: ${place.id}` : to
}

/** The same value with each string in it changed; keys stay. */
function inStrings<T>(value: T, change: (text: string) => string): T {
  return changed(value as Json, change) as T
}

function changed(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => changed(item, change))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, changed(member, change)]))
}
