import type { JsonText } from '#shared/json.ts'

/** The whole `trigger` of expressions as JSON text; the body goes in as it was written. */
export function triggerText(kind: string, at: Date, body: JsonText, more: { [name: string]: unknown } = {}): JsonText {
  const head = JSON.stringify({ kind, at: at.toISOString(), ...more })
  return `${head.slice(0, -1)},"body":${body}}`
}
