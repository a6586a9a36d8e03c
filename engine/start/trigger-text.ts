import type { JsonText } from '#shared/json.ts'

/** The whole `trigger` of expressions as JSON text; the body goes in as it was written. */
export function triggerText(kind: string, atMs: number, body: JsonText): JsonText {
  return `{"kind":${JSON.stringify(kind)},"at":"${new Date(atMs).toISOString()}","body":${body}}`
}
