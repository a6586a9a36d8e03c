import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { Catalog, ParamSchema } from '#shared/manifest.ts'
import { promisedBy } from '../editor/inspector/data/promised-by.ts'

/** What the fields of a request are called: by the start it came in at, where only one of its kind is there. */
export function promisedToRequest(document: Flow, catalog: Catalog | undefined, trigger: Json): ParamSchema | undefined {
  const starts = document.nodes.filter(({ type }) => isJsonObject(trigger) && type === trigger['kind'])
  const [start] = starts
  return starts.length === 1 && start !== undefined ? promisedBy(start, catalog?.get(start.type)) : undefined
}
