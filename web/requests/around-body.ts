import type { Json, JsonObject } from '#shared/json.ts'

/** What came with a request beside what was sent, as it is shown. */
export function aroundBody(trigger: JsonObject): Json {
  const { headers = null, query = null, sender = null, tag = null } = trigger
  return trigger['kind'] === 'email' ? { sender, tag, headers } : { headers, query }
}
