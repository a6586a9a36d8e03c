import type { FormField } from './form-field.ts'

/** A condition of a form's field in the words its builder has: what the answer to a field above must be. */
export interface ShowIf {
  field: string
  is: 'is' | 'isNot' | 'has' | 'yes' | 'no' | 'filled'
  /** Of `is`, `isNot` and `has`: the answer it is about. */
  value: string
}

/** What can be asked of a field's answer. */
export function questionsOf({ type }: Pick<FormField, 'type'>): ShowIf['is'][] {
  switch (type) {
    case 'choices':
      return ['has', 'filled']
    case 'boolean':
      return ['yes', 'no']
    case 'file':
    case 'longText':
      return ['filled']
    case 'text':
    case 'number':
    case 'date':
    case 'choice':
    case 'hidden':
      return ['is', 'isNot', 'filled']
  }
}

/** The condition as it is kept. Numbers are compared as they are written, as text that looks like one equals it. */
export function showIfText({ field, is, value }: ShowIf): string {
  const answer = `trigger.body.${field}`
  switch (is) {
    case 'is':
      return `{{ ${answer} == ${JSON.stringify(value)} }}`
    case 'isNot':
      return `{{ ${answer} != ${JSON.stringify(value)} }}`
    case 'has':
      return `{{ ${answer}.includes(${JSON.stringify(value)}) }}`
    case 'yes':
      return `{{ ${answer} }}`
    case 'no':
      return `{{ !${answer} }}`
    case 'filled':
      return `{{ ${answer} != null && ${answer}.length != 0 }}`
  }
}

/** The same read back; undefined for a condition somebody wrote differently. */
export function readShowIf(text: string): ShowIf | undefined {
  for (const is of ['is', 'isNot', 'has', 'yes', 'no', 'filled'] as const) {
    const field = /trigger\.body\.([A-Za-z_][A-Za-z0-9_]*)/.exec(text)?.[1]
    if (field === undefined) return undefined
    const read = { field, is, value: valueIn(text) }
    if (showIfText(read) === text) return read
  }
  return undefined
}

function valueIn(text: string): string {
  const quoted = /"(?:[^"\\]|\\.)*"/.exec(text)?.[0]
  if (quoted === undefined) return ''
  try {
    return String(JSON.parse(quoted))
  } catch {
    return ''
  }
}
