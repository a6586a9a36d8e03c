import { z } from 'zod'
import type { Json } from './json.ts'

/** What somebody fills in. */
export const fieldTypes = ['text', 'longText', 'number', 'date', 'choice', 'choices', 'boolean', 'file', 'hidden'] as const

export const FormField = z.object({
  id: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/),
  label: z.string().default(''),
  type: z.enum(fieldTypes).default('text'),
  required: z.boolean().optional(),
  help: z.string().optional(),
  options: z.array(z.string()).optional(),
  default: z.unknown().optional(),
  showIf: z.union([z.boolean(), z.string()]).optional(),
})
export type FormField = z.infer<typeof FormField>
export const FormFields = z.array(FormField).max(100)

/** What is wrong with one field's value. */
export interface FieldProblem {
  path: string
  message: string
}

export interface FilledIn {
  values: { [id: string]: Json }
  problems: FieldProblem[]
}

/**
 * What was filled in, with what was there to begin with where nothing was given. Values come as JSON, or as the texts
 * that a web page sends; what is no field is left out.
 */
export function fillIn(
  fields: readonly FormField[],
  given: { readonly [id: string]: unknown },
  before: { readonly [id: string]: Json } = {},
): FilledIn {
  const filled: FilledIn = { values: {}, problems: [] }
  for (const field of fields) {
    if (field.showIf === false) continue
    const isGiven = Object.hasOwn(given, field.id) && field.type !== 'hidden'
    const value = isGiven ? given[field.id] : Object.hasOwn(before, field.id) ? before[field.id] : field.default
    const read = readValue(field, value)
    if (typeof read === 'string') filled.problems.push({ path: `fields.${field.id}`, message: read })
    else if (read.value !== undefined) filled.values[field.id] = read.value
  }
  return filled
}

type ReadValue = { value: Json | undefined }

/** The value as the field's type has it, or what is wrong with it. */
export function readValue(field: FormField, value: unknown): ReadValue | string {
  const isEmpty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  if (isEmpty && field.type !== 'boolean')
    return field.required ? 'This must be filled in.' : { value: field.type === 'choices' ? [] : null }
  switch (field.type) {
    case 'text':
    case 'longText':
      return typeof value === 'string' || typeof value === 'number' ? { value: String(value) } : 'Text is needed here.'
    case 'number':
      return numberFrom(value)
    case 'date':
      return typeof value === 'string' && isDate(value) ? { value } : 'A date is needed here, such as 2030-01-31.'
    case 'choice':
      return typeof value === 'string' && (field.options ?? []).includes(value) ? { value } : 'Choose one of the choices.'
    case 'choices':
      return choicesFrom(field, value)
    case 'boolean':
      return booleanFrom(field, value)
    case 'hidden':
      return { value: jsonFrom(value) }
    case 'file':
      return 'Files can’t be sent here yet.'
  }
}

function numberFrom(value: unknown): ReadValue | string {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' ? Number(value.trim().replace(',', '.')) : Number.NaN
  return Number.isFinite(number) ? { value: number } : 'A number is needed here.'
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/.exec(text) ?? []
  if (year === undefined || Number.isNaN(Date.parse(text))) return false
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
}

function choicesFrom(field: FormField, value: unknown): ReadValue | string {
  const chosen: unknown[] = Array.isArray(value) ? value : [value]
  const known = chosen.filter((one) => typeof one === 'string' && (field.options ?? []).includes(one)).map(String)
  return known.length === chosen.length ? { value: known } : 'Choose among the choices.'
}

function booleanFrom(field: FormField, value: unknown): ReadValue | string {
  const isYes = value === true || value === 'true' || value === 'on'
  if (!isYes && value !== false && value !== 'false' && value !== 'off' && value !== undefined && value !== null && value !== '')
    return 'Yes or no is needed here.'
  return !isYes && field.required ? 'This must be agreed to.' : { value: isYes }
}

function jsonFrom(value: unknown): Json {
  const json: Json = JSON.parse(JSON.stringify(value ?? null))
  return json
}
