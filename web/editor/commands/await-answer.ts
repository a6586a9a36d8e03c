import type { Flow } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import { upstreamOf } from '#shared/graph.ts'

/**
 * A web request that answers at once would never hear an "Answer the request" step that comes after it, and whoever
 * puts one there means it to be heard. So the starts before the step wait for it from now on; their names come back.
 */
export function awaitAnswer(draft: Flow, stepId: string): string[] {
  if (draft.nodes.find((node) => node.id === stepId)?.type !== 'respond') return []
  const before = upstreamOf(draft, stepId)
  const atOnce = draft.nodes.filter(
    (node) => before.has(node.id) && node.type === 'webhook' && (node.params['respond'] ?? 'immediately') === 'immediately',
  )
  for (const start of atOnce) start.params = { ...start.params, respond: 'respondStep' }
  return atOnce.map(nameOf)
}

/** The same for the live region. */
export function awaitWords(starts: readonly string[]): string {
  return starts.length === 0 ? '' : `. ${starts.join(', ')} ${starts.length === 1 ? 'waits' : 'wait'} for its answer now`
}
