import { type CodeReference, codeReferences } from './code-references.ts'
import { renameReferences } from './expression/template.ts'
import { type Flow, type FlowNode, FlowSettings, NodeId, NodeSettings } from './flow.ts'
import { AppError } from './errors.ts'
import { isJsonObject } from './is-json-object.ts'
import type { Json, JsonObject } from './json.ts'

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
    settings: FlowSettings.parse(inStrings(plain(flow.settings), (text) => renameReferences(text, from, to))),
  }
}

function renameIn(node: FlowNode, from: string, to: string): FlowNode {
  const inHoles = (text: string) => renameReferences(text, from, to)
  const isCode = (key: string) => key === 'code' && node.type === 'code'
  return {
    ...node,
    id: node.id === from ? to : node.id,
    ...(node.parent === from && { parent: to }),
    params: inMembers(node.params, (value, key) =>
      isCode(key) && typeof value === 'string' ? renameInCode(value, from, to) : inStrings(value, inHoles),
    ),
    settings: NodeSettings.parse(inStrings(plain(node.settings), inHoles)),
  }
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
function inStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => inStrings(item, change))
  return isJsonObject(value) ? inMembers(value, (member) => inStrings(member, change)) : value
}

function inMembers(object: JsonObject, change: (value: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, member]) => [key, change(member, key)]))
}

/** Settings are plain data, but their type doesn't say so. */
function plain(settings: object): Json {
  const copy: Json = JSON.parse(JSON.stringify(settings))
  return copy
}
