import type { FieldProblem, FormField } from '../form-field.ts'
import { html, type Html } from './html.ts'

/** The name of a field in the form; our own names have no dash, or begin with `hf-`. */
export function nameOfField(id: string): string {
  return `field-${id}`
}

interface FieldLook {
  /** Class names of the frame around the field. */
  frame?: string
  /** The browser must not ask for it: it may be out of sight. */
  mayBeHidden?: boolean
}

/** What browsers can fill in by themselves, by what such fields are usually called. */
const autocomplete: { readonly [id: string]: string } = {
  name: 'name',
  email: 'email',
  phone: 'tel',
  company: 'organization',
  street: 'street-address',
  city: 'address-level2',
  country: 'country-name',
}

/** One field to fill in, with what is in it and what is wrong with it; nothing for one that nobody sees. */
export function fieldHtml(
  field: FormField,
  value: unknown,
  problems: readonly FieldProblem[],
  { frame = '', mayBeHidden = false }: FieldLook = {},
): Html | null {
  if (field.type === 'hidden' || field.showIf === false) return null
  const name = nameOfField(field.id)
  const problem = problems.find(({ path }) => path === `fields.${field.id}`)?.message
  const help = field.help === '' ? undefined : field.help
  const described = [help === undefined ? '' : `${name}-help`, problem === undefined ? '' : `${name}-problem`].join(' ').trim()
  const notes = html`${help !== undefined && html`<div class="soft" id="${name}-help">${help}</div>`}${
    problem !== undefined && html`<div class="bad" id="${name}-problem">${problem}</div>`
  }`
  const label = `${field.label === '' ? field.id : field.label}${field.required ? '' : ' (optional)'}`
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const says = html`${described !== '' && html`aria-describedby="${described}"`}
  ${problem !== undefined && html`aria-invalid="true"`}`
  const attributes = html`id="${name}" name="${name}" ${says} ${field.required && !mayBeHidden && html`required`}`
  const outside = `field ${frame}`.trim()
  switch (field.type) {
    case 'longText':
      // The first line break of a text area is not part of what is in it.
      return html`<div class="${outside}">
        <label for="${name}">${label}</label><textarea ${attributes}>${`\n${text}`}</textarea>${notes}
      </div>`
    case 'choice':
      return html`<div class="${outside}">
        <label for="${name}">${label}</label
        ><select ${attributes}>
          <option value=""></option>
          ${(field.options ?? []).map(
            (option) => html`<option value="${option}" ${option === value && html`selected`}>${option}</option>`,
          )}</select
        >${notes}
      </div>`
    case 'choices': {
      const chosen: unknown[] = Array.isArray(value) ? value : [value]
      return html`<fieldset
        class="${outside}"
        id="${name}"
        tabindex="-1"
        ${described !== '' && html`aria-describedby="${described}"`}
      >
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
      return html`<div class="${outside}">
        <label class="check"
          ><input
            type="checkbox"
            value="true"
            ${attributes}
            ${(value === true || value === 'true') && html`checked`}
          />${label}</label
        >${notes}
      </div>`
    case 'file':
      return html`<div class="${outside}"><label for="${name}">${label}</label><input type="file" ${attributes} />${notes}</div>`
    case 'text':
    case 'number':
    case 'date': {
      const type = field.type === 'number' ? html`type="number" step="any" inputmode="decimal"` : html`type="${field.type}"`
      const filledBy = field.type === 'text' && Object.hasOwn(autocomplete, field.id) && autocomplete[field.id]
      return html`<div class="${outside}">
        <label for="${name}">${label}</label
        ><input ${type} value="${text}" ${attributes} ${filledBy && html`autocomplete="${filledBy}"`} />${notes}
      </div>`
    }
  }
}
