import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonObject } from '#shared/json.ts'

/**
 * The steps in a document as it is stored, whatever else is in it. Read here and not in SQL: PostgreSQL takes no JSON apart
 * in which `\u0000` or half a character stands anywhere, and people's documents may hold both.
 */
export function nodesIn(document: unknown): JsonObject[] {
  const nodes = isJsonObject(document) ? document['nodes'] : undefined
  return Array.isArray(nodes) ? nodes.filter(isJsonObject) : []
}

/** The params of one of them; none when it isn't there, or has none that can be read. */
export function paramsIn(document: unknown, nodeId: string | null): { [name: string]: Json } {
  const params = nodesIn(document).find(({ id }) => id === nodeId)?.['params']
  return isJsonObject(params) ? params : {}
}
