import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Problem } from '#shared/plan.ts'

/** What the document format knows and this server can't do yet: publishing says so. */
export function notYetAvailable(flow: Flow): Problem[] {
  return flow.nodes.filter(({ type }) => type === 'approval').flatMap(fieldsNotAvailable)
}

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
