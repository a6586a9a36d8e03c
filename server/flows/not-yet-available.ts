import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/json.ts'
import type { Problem } from '#shared/plan.ts'

/**
 * What the document format knows and this server can't do yet. Publishing says so, because a flow that asks for its
 * callers to be checked must never be live without the check.
 */
export function notYetAvailable(flow: Flow): Problem[] {
  const problems: Problem[] = []
  for (const node of flow.nodes) {
    const { verify, dedupe } = node.params
    if (node.type === 'webhook' && verify !== undefined && verify !== null)
      problems.push({
        severity: 'error',
        nodeId: node.id,
        param: 'verify',
        code: 'not_available',
        message: 'Checking who sends a request is not available yet. Remove it, or keep this flow unpublished until it is.',
      })
    if (node.type === 'webhook' && isJsonObject(dedupe) && dedupe['key'] !== undefined)
      problems.push({
        severity: 'error',
        nodeId: node.id,
        param: 'dedupe',
        code: 'not_available',
        message:
          'Telling repeated requests apart by a field is not available yet. Repeated requests are told apart by their Idempotency-Key header.',
      })
  }
  return problems
}
