import type { FormField } from '#shared/form-field.ts'
import { nameOfField } from '#shared/pages/field-html.ts'

/** What a form sent for the fields; what a browser leaves out because it is empty is empty. */
export function fieldsFromForm(fields: readonly FormField[], form: URLSearchParams): { [id: string]: unknown } {
  const given: { [id: string]: unknown } = {}
  for (const { id, type, showIf } of fields) {
    if (type === 'hidden' || type === 'file' || showIf === false) continue
    const name = nameOfField(id)
    if (type === 'choices') given[id] = form.getAll(name)
    else if (type === 'boolean') given[id] = form.get(name) === 'true'
    else if (form.has(name)) given[id] = form.get(name)
  }
  return given
}
