import type { ParamSchema } from '#shared/manifest.ts'
import { fieldLabels } from './field-labels.ts'
import { fieldWords, type PathKey } from './path-expression.ts'

/** What a field is called for people, and what expressions and code call it where that is something else. */
export interface FieldName {
  label: string
  ownName?: string
}

/** The last part of the way into what a step promises: a field by its label, an item of a list by its place. */
export function fieldName(promised: ParamSchema | undefined, keys: readonly PathKey[]): FieldName {
  const last = keys.at(-1)
  if (last === undefined) return { label: '' }
  if (typeof last === 'number') return { label: `Item ${last + 1}` }
  return labelled(fieldLabels(promised, keys).at(-1) ?? last, last)
}

/** The whole way, as one reads it where what is around the field isn't shown. */
export function wayName(promised: ParamSchema | undefined, keys: readonly PathKey[]): FieldName {
  return labelled(fieldLabels(promised, keys).join(' ▸ '), fieldWords(keys))
}

/** An own name that differs in capitals and gaps alone says nothing new. */
export function labelled(label: string, ownName: string): FieldName {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, '')
  return plain(label) === plain(ownName) ? { label } : { label, ownName }
}
