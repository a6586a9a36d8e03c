import type { FormField } from '#shared/form-field.ts'
import { readShowIf } from '#shared/show-if.ts'
import { nameOfField } from '#shared/pages/field-html.ts'

/** The frame of the field that stands at this place, which the style below speaks of. */
export function frameOf(index: number): string {
  return `c${index}`
}

/**
 * How fields come and go with the answers above them while a page is filled in, without a script: the browser's own
 * style can ask what is chosen. Where it can't, or the condition is about more than a choice, `undefined` stands at the
 * field's place: then the server shows it when the page was sent.
 */
export function revealRules(fields: readonly FormField[]): (string | undefined)[] {
  return fields.map(({ showIf }, index) => {
    const condition = typeof showIf === 'string' ? readShowIf(showIf) : undefined
    const asked = condition && fields.slice(0, index).find(({ id }) => id === condition.field)
    if (!asked || typeof asked.showIf === 'string' || asked.showIf === false) return undefined
    const place = (asked.options ?? []).indexOf(condition.value)
    const id = `#${nameOfField(asked.id)}`
    const frame = `.${frameOf(index)}`
    const shown = (when: string) => `form:not(:has(${when})) ${frame} { display: none; }`
    const hidden = (when: string) => `form:has(${when}) ${frame} { display: none; }`
    // The first option of a choice is the empty one.
    const chosen = `${id} option:nth-child(${place + 2}):checked`
    if (asked.type === 'boolean' && condition.is === 'yes') return shown(`${id}:checked`)
    if (asked.type === 'boolean' && condition.is === 'no') return hidden(`${id}:checked`)
    if (asked.type === 'choice' && condition.is === 'filled') return hidden(`${id} option:first-child:checked`)
    if (place < 0) return undefined
    if (asked.type === 'choice' && condition.is === 'is') return shown(chosen)
    if (asked.type === 'choice' && condition.is === 'isNot') return hidden(chosen)
    if (asked.type === 'choices' && condition.is === 'has') return shown(`${id} label:nth-of-type(${place + 1}) :checked`)
    return undefined
  })
}

/** One style for a page; a browser that can't read it shows every field, which is what the server then sees. */
export function revealStyle(rules: readonly (string | undefined)[]): string | undefined {
  const known = rules.filter((rule) => rule !== undefined)
  return known.length === 0 ? undefined : `@supports selector(:has(*)) { ${known.join('\n')} }`
}
