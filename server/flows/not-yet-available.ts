import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/json.ts'
import type { Problem } from '#shared/plan.ts'

function fieldsNotAvailable({ id, params }: Flow['nodes'][number]): Problem[] {
  const fields = Array.isArray(params['fields']) ? params['fields'].filter(isJsonObject) : []
  const found: Problem[] = []
  const report = (index: number, message: string) =>
    found.push({ severity: 'error', nodeId: id, param: `fields.${index}`, code: 'not_available', message })
  for (const [index, { type, showIf }] of fields.entries()) {
    if (type === 'file') report(index, 'Files can’t be sent in here yet. Remove this field.')
    if (typeof showIf === 'string') report(index, '“Only show if” takes yes or no here; conditions are not available yet.')
  }
  return found
}

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
    if (node.type === 'approval') problems.push(...fieldsNotAvailable(node))
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
