import type { FieldProblem, FormField } from '#shared/form-field.ts'
import { html, type Html } from './html.ts'

/** The name of a field in the form; our own names have no dash. */
export function nameOfField(id: string): string {
  return `field-${id}`
}

/** One field to fill in, with what is in it; nothing for one that nobody sees. */
export function fieldHtml(field: FormField, value: unknown, problems: readonly FieldProblem[]): Html | null {
  if (field.type === 'hidden' || field.showIf === false) return null
  const name = nameOfField(field.id)
  const problem = problems.find(({ path }) => path === `fields.${field.id}`)?.message
  const described = [field.help === undefined ? '' : `${name}-help`, problem === undefined ? '' : `${name}-problem`]
    .join(' ')
    .trim()
  const notes = html`${field.help !== undefined && html`<div class="soft" id="${name}-help">${field.help}</div>`}${
    problem !== undefined && html`<div class="bad" id="${name}-problem">${problem}</div>`
  }`
  const label = `${field.label === '' ? field.id : field.label}${field.required ? '' : ' (optional)'}`
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const attributes = html`id="${name}" name="${name}" aria-describedby="${described}" ${field.required && html`required`}`
  switch (field.type) {
    case 'longText':
      return html`<div class="field">
        <label for="${name}">${label}</label><textarea ${attributes}>${text}</textarea>${notes}
      </div>`
    case 'choice':
      return html`<div class="field">
        <label for="${name}">${label}</label
        ><select ${attributes}>
          <option value=""></option>
          ${(field.options ?? []).map(
            (option) => html`<option value="${option}" ${option === value && html`selected`}>${option}</option>`,
          )}</select
        >${notes}
      </div>`
    case 'choices': {
      const chosen: unknown[] = Array.isArray(value) ? value : []
      return html`<fieldset class="field">
        <legend>${label}</legend>
        ${(field.options ?? []).map(
          (option) =>
            html`<label class="check"
              ><input
                type="checkbox"
                name="${name}"
                value="${option}"
                ${chosen.includes(option) && html`checked`}
              />${option}</label
            >`,
        )}${notes}
      </fieldset>`
    }
    case 'boolean':
      return html`<div class="field">
        <label class="check"
          ><input type="checkbox" value="true" ${attributes} ${value === true && html`checked`} />${label}</label
        >${notes}
      </div>`
    case 'file':
      return html`<div class="field">
        <div>${label}</div>
        <div class="soft">Files can’t be sent here yet.</div>
      </div>`
    case 'text':
    case 'number':
    case 'date': {
      const type = field.type === 'number' ? html`type="number" step="any" inputmode="decimal"` : html`type="${field.type}"`
      return html`<div class="field">
        <label for="${name}">${label}</label><input ${type} value="${text}" ${attributes} />${notes}
      </div>`
    }
  }
}

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
