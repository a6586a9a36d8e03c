import { canonicalJson } from '#shared/canonical-json.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { type DrawnField, idOf, optionsOf, typeOf } from '../form-fields/edit-fields.ts'
import type { DrawnType } from '../form-fields/field-kinds.ts'

/** What a run can be asked for when it is started by hand or by another flow. */
export const askedKinds: readonly DrawnType[] = ['text', 'number', 'date', 'dateTime', 'choice', 'choices', 'boolean']

/** The fields that a schema asks for; undefined when more stands in it than fields can say: then it stays as it is. */
export function askedIn(input: Json | undefined): DrawnField[] | undefined {
  if (input === undefined) return []
  if (!isJsonObject(input)) return undefined
  const { properties, required } = input
  const names: readonly Json[] = Array.isArray(required) ? required : []
  const fields = Object.entries(isJsonObject(properties) ? properties : {}).map(([name, property]) =>
    fieldFrom(name, isJsonObject(property) ? property : {}, names.includes(name)),
  )
  return canonicalJson(askedBy(fields)) === canonicalJson(input) ? fields : undefined
}

/** The schema that asks for these fields; undefined when there are none. */
export function askedBy(fields: readonly DrawnField[]): { [name: string]: Json } | undefined {
  if (fields.length === 0) return undefined
  const required = fields.filter((field) => field['required'] === true).map(idOf)
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [idOf(field), propertyOf(field)])),
    ...(required.length > 0 ? { required } : {}),
  }
}

const formats: { [type: string]: string } = { date: 'date', dateTime: 'date-time' }
const typeWords: { [type: string]: string } = { number: 'number', boolean: 'boolean', choices: 'array' }

function propertyOf(field: DrawnField): { [name: string]: Json } {
  const type = typeOf(field)
  return {
    type: typeWords[type] ?? 'string',
    ...known('format', formats[type]),
    ...known('title', field['label']),
    ...known('description', field['help']),
    ...(type === 'choice' ? { enum: optionsOf(field) } : {}),
    ...(type === 'choices' ? { items: { type: 'string', enum: optionsOf(field) } } : {}),
    // One that must be ticked has but one right answer.
    ...(type === 'boolean' && field['required'] === true ? { const: true } : {}),
    ...known('default', type === 'number' ? numberIn(field['default']) : field['default']),
  }
}

function fieldFrom(name: string, property: { [name: string]: Json }, isRequired: boolean): DrawnField {
  const { title, description, default: begin, items } = property
  const options = isJsonObject(items) ? items['enum'] : property['enum']
  return {
    id: name,
    ...known('label', title),
    type: kindFrom(property),
    ...(isRequired ? { required: true } : {}),
    ...known('help', description),
    ...known('options', options),
    ...known('default', begin),
  }
}

function kindFrom({ type, format, enum: choices }: { [name: string]: Json }): DrawnType {
  if (type === 'number' || type === 'boolean') return type
  if (type === 'array') return 'choices'
  if (choices !== undefined) return 'choice'
  return format === 'date' ? 'date' : format === 'date-time' ? 'dateTime' : 'text'
}

function known(name: string, value: Json | undefined): { [name: string]: Json } {
  return value === undefined ? {} : { [name]: value }
}

/** A number as it was typed; what is none, or not one yet, stays as it is. */
function numberIn(value: Json | undefined): Json | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value.replace(',', '.')) : Number.NaN
  // `1.` and `1.0` are on the way to another number.
  return String(number) === value ? number : value
}
