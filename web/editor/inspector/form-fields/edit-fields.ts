import { type FormField, fieldTypes } from '#shared/form-field.ts'
import type { Json } from '#shared/json.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { readShowIf, showIfText } from '#shared/show-if.ts'
import { type DrawnType, fieldKinds, kindOf } from './field-kinds.ts'

/** A field as it stands in the document, which may hold more than is understood here. */
export type DrawnField = { [name: string]: Json }

export function fieldsIn(value: Json | undefined): DrawnField[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

export const idOf = (field: DrawnField): string => textIn(field['id'])
export const labelOf = (field: DrawnField): string => textIn(field['label']) || idOf(field)
export const optionsOf = (field: DrawnField): string[] =>
  Array.isArray(field['options']) ? field['options'].filter((option) => typeof option === 'string') : []
export function typeOf(field: DrawnField): DrawnType {
  return fieldKinds.find(({ type }) => type === field['type'])?.type ?? 'text'
}

/** The same where only a form's own kinds are known. */
export function formTypeOf(field: DrawnField): FormField['type'] {
  return fieldTypes.find((type) => type === field['type']) ?? 'text'
}

export function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/** A new field of a kind, called after it until somebody says what it asks for. */
export function newField(type: DrawnType, fields: readonly DrawnField[]): DrawnField {
  const label = kindOf(type).label
  const field: DrawnField = { id: freeId(label, fields.map(idOf)), label, type }
  return type === 'choice' || type === 'choices' ? { ...field, options: ['First', 'Second'] } : field
}

/**
 * The fields with one under a new label. The name its answer has follows the label as long as nothing uses it, so that
 * later steps show `amount` and not `number2`.
 */
export function relabelled(
  fields: readonly DrawnField[],
  index: number,
  label: string,
  isUsed: (id: string) => boolean,
): DrawnField[] {
  const field = fields[index]
  if (field === undefined) return [...fields]
  const others = fields.filter((other) => other !== field).map(idOf)
  const follows = idOf(field) === freeId(textIn(field['label']), others) && !isUsed(idOf(field))
  const id = follows && label.trim() !== '' ? freeId(label, others) : idOf(field)
  return fields.with(index, { ...field, label, id })
}

/** The fields with one taken away; a condition that asked about it asks nothing any more. */
export function without(fields: readonly DrawnField[], index: number): DrawnField[] {
  return untangled(fields.toSpliced(index, 1))
}

/** The fields with one moved. A condition can only ask about what stands above it. */
export function moved(fields: readonly DrawnField[], index: number, by: 1 | -1): DrawnField[] {
  const field = fields[index]
  const place = index + by
  if (field === undefined || place < 0 || place >= fields.length) return [...fields]
  return untangled(fields.toSpliced(index, 1).toSpliced(place, 0, field))
}

function untangled(fields: readonly DrawnField[]): DrawnField[] {
  return fields.map((field, index) => {
    const condition = typeof field['showIf'] === 'string' ? readShowIf(field['showIf']) : undefined
    if (condition === undefined || fields.slice(0, index).some((above) => idOf(above) === condition.field)) return field
    const { showIf: _gone, ...rest } = field
    return rest
  })
}

/** The same choices under another text: what asks about one of them asks about its new words. */
export function withOptions(fields: readonly DrawnField[], index: number, options: string[]): DrawnField[] {
  const field = fields[index]
  if (field === undefined) return [...fields]
  const before = optionsOf(field)
  const renamed = before.length === options.length ? before.findIndex((option, place) => option !== options[place]) : -1
  const changed = fields.with(index, { ...field, options })
  if (renamed < 0) return changed
  return changed.map((other) => {
    const condition = typeof other['showIf'] === 'string' ? readShowIf(other['showIf']) : undefined
    if (condition?.field !== idOf(field) || condition.value !== before[renamed]) return other
    return { ...other, showIf: showIfText({ ...condition, value: options[renamed] ?? '' }) }
  })
}

/** A name for an answer, made of what is asked; with a number when there is one already. */
export function freeId(label: string, taken: readonly string[]): string {
  const plain = label
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+(.)?/g, (_gap, next: string | undefined) => (next ?? '').toUpperCase())
    .slice(0, 40)
  const base = /^[a-z]/i.test(plain) ? plain.charAt(0).toLowerCase() + plain.slice(1) : `field${plain}`
  const name = base === 'constructor' || base === 'prototype' ? `${base}Field` : base
  if (!taken.includes(name)) return name
  let number = 2
  while (taken.includes(`${name}${number}`)) number++
  return `${name}${number}`
}
