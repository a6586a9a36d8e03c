import { codeOf } from '#shared/code-types/code-of.ts'
import type { Flow } from '#shared/flow.ts'

/** The text of every code step of a flow. */
export function codesOf(flow: Flow): string[] {
  return flow.nodes.flatMap((node) => codeOf(node) ?? [])
}
