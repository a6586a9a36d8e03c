import { produce } from 'immer'
import type { Flow } from '#shared/flow.ts'
import { edgeKey } from '#shared/flow-names.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { applyPatch } from '#shared/patch.ts'
import type { JsonPatchOperation } from '#shared/api.ts'

/** A change of the document as RFC 6902 operations: what history keeps and what is sent to the server. */
export type Patch = JsonPatchOperation[]

/**
 * The patch that a change written against a draft amounts to; empty when it changes nothing.
 * Steps and lines are matched by who they are, not by their place, so removing one of five hundred is one operation.
 */
export function edit(flow: Flow, recipe: (draft: Flow) => void): Patch {
  return patchBetween(
    flow,
    produce(flow, (draft) => {
      recipe(draft)
    }),
  )
}

export function applyToFlow(flow: Flow, patch: Patch): Flow {
  return patch.length === 0 ? flow : flowFromJson(applyPatch(jsonFromFlow(flow), patch))
}

/** A flow holds nothing but JSON; its type only says so less plainly, because absent members may be written undefined. */
export function jsonFromFlow(flow: Flow): Json {
  return asJson(flow)
}

/** For what a patch made of a document that was a flow before; the server reads it with the schema once more. */
export function flowFromJson(json: Json): Flow {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsing a flow of 500 steps at every key would be felt
  return json as unknown as Flow
}

export function patchBetween(before: Flow, after: Flow): Patch {
  if (before === after) return []
  const patch: Patch = []
  const { nodes: oldNodes, edges: oldEdges, ...oldRest } = before
  const { nodes, edges, ...rest } = after
  patchItems(patch, '/nodes', oldNodes, nodes, (node) => node.id)
  patchItems(patch, '/edges', oldEdges, edges, edgeKey)
  patchValue(patch, '', oldRest, rest)
  return patch
}

function patchItems<T>(patch: Patch, path: string, before: readonly T[], after: readonly T[], keyOf: (item: T) => string): void {
  if (before === after) return
  const kept = new Set(after.map(keyOf))
  const survivors = before.filter((item) => kept.has(keyOf(item)))
  const order = survivors.map(keyOf)
  const survives = new Set(order)
  const newOrder = after.map(keyOf).filter((key) => survives.has(key))
  if (newOrder.some((key, place) => key !== order[place])) {
    // The order changed: said most plainly by the whole list.
    patch.push({ op: 'replace', path, value: asJson(after) })
    return
  }
  for (const [index, item] of [...before.entries()].toReversed()) {
    if (!kept.has(keyOf(item))) patch.push({ op: 'remove', path: `${path}/${index}` })
  }
  let met = 0
  for (const [index, item] of after.entries()) {
    if (survives.has(keyOf(item))) patchValue(patch, `${path}/${index}`, survivors[met++], item)
    else patch.push({ op: 'add', path: `${path}/${index}`, value: asJson(item) })
  }
}

function patchValue(patch: Patch, path: string, before: unknown, after: unknown): void {
  if (before === after) return
  if (after === undefined) patch.push({ op: 'remove', path })
  else if (before === undefined) patch.push({ op: 'add', path, value: asJson(after) })
  else if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      patchValue(patch, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, before[key], after[key])
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [index, item] of after.entries()) patchValue(patch, `${path}/${index}`, before[index], item)
  } else patch.push({ op: 'replace', path, value: asJson(after) })
}

/** For parts of a flow, which are JSON all through. */
function asJson(part: unknown): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a flow was read by its schema, and commands keep it one
  return part as Json
}
