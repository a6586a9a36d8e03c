import type { JsonText } from './json.ts'

/** The whole `trigger` of expressions as JSON text, of milliseconds since 1970; the body goes in as it was written. */
export function triggerText(kind: string, atMs: number, body: JsonText, more: { [name: string]: unknown } = {}): JsonText {
  const head = JSON.stringify({ kind, at: new Date(atMs).toISOString(), ...more })
  return `${head.slice(0, -1)},"body":${body}}`
}
