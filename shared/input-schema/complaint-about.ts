import { canonicalJson } from '../canonical-json.ts'
import { isJsonObject } from '../is-json-object.ts'
import { kindWords } from '../kind-words.ts'
import type { Json, JsonObject } from '../json.ts'

/** Whether a text fits a pattern; undefined when that can't be told. */
export type Matches = (pattern: string, text: string) => boolean | undefined

/** Why a value by itself, whatever is in it, doesn't fit a schema; undefined when it does. */
export function complaintAbout(value: Json, schema: JsonObject, matches: Matches): string | undefined {
  const { type, enum: choices } = schema
  const types = (Array.isArray(type) ? type : [type])
    .filter((name) => typeof name === 'string')
    .filter((name) => Object.hasOwn(kindWords, name))
  if (types.length > 0 && !types.some((name) => isOfType(value, name)))
    return `Must be ${types.map((name) => kindWords[name]).join(' or ')}`
  if (schema['const'] !== undefined && !isSame(value, schema['const'])) return `Must be ${shown(schema['const'])}`
  if (Array.isArray(choices) && !choices.some((choice) => isSame(value, choice)))
    return `Must be one of ${choices.slice(0, 20).map(shown).join(', ')}${choices.length > 20 ? ' …' : ''}`
  if (typeof value === 'number') return complaintAboutNumber(value, schema)
  if (typeof value === 'string') return complaintAboutText(value, schema, matches)
  if (Array.isArray(value)) return complaintAboutList(value, schema)
  return isJsonObject(value)
    ? complaintAboutCount(Object.keys(value).length, schema['minProperties'], schema['maxProperties'])
    : undefined
}

function complaintAboutNumber(value: number, schema: JsonObject): string | undefined {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: under, multipleOf } = schema
  if (typeof minimum === 'number' && value < minimum) return `Must be ${minimum} or more`
  if (typeof maximum === 'number' && value > maximum) return `Must be ${maximum} or less`
  if (typeof above === 'number' && value <= above) return `Must be more than ${above}`
  if (typeof under === 'number' && value >= under) return `Must be less than ${under}`
  if (typeof multipleOf === 'number' && multipleOf > 0) {
    const times = value / multipleOf
    // 0.3 is three times 0.1, whatever binary fractions make of it.
    if (Math.abs(times - Math.round(times)) > 1e-9 * Math.max(1, Math.abs(times))) return `Must be a multiple of ${multipleOf}`
  }
  return undefined
}

function complaintAboutText(value: string, { minLength, maxLength, pattern }: JsonObject, matches: Matches): string | undefined {
  // A character beyond the first 65,536 counts once.
  const length = value.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '_').length
  if (typeof minLength === 'number' && length < minLength) {
    if (length === 0) return 'Is empty. Fill it in'
    return `Needs at least ${minLength} characters`
  }
  if (typeof maxLength === 'number' && length > maxLength) return `Has more than ${maxLength} characters`
  if (typeof pattern === 'string' && matches(pattern, value) === false) return `Must fit the pattern ${pattern.slice(0, 200)}`
  return undefined
}

function complaintAboutList(list: Json[], { minItems, maxItems, uniqueItems }: JsonObject): string | undefined {
  const complaint = complaintAboutCount(list.length, minItems, maxItems)
  if (complaint !== undefined || uniqueItems !== true) return complaint
  return new Set(list.map(canonicalJson)).size < list.length ? 'Has an entry twice' : undefined
}

function complaintAboutCount(count: number, min: Json | undefined, max: Json | undefined): string | undefined {
  if (typeof min === 'number' && count < min) return `Needs at least ${min} ${min === 1 ? 'entry' : 'entries'}`
  return typeof max === 'number' && count > max ? `Has more than ${max} ${max === 1 ? 'entry' : 'entries'}` : undefined
}

function isOfType(value: Json, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isJsonObject(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

function isSame(a: Json, b: Json): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b))
}

function shown(value: Json): string {
  return JSON.stringify(value).slice(0, 100)
}
