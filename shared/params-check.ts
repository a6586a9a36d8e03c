import { itemName } from './item-name.ts'
import { kindWords } from './kind-words.ts'
import { findDurationMs } from './duration.ts'
import { hasHole, isSingleHole } from './expression/holes.ts'
import { isInstantText } from './expression/dates.ts'
import { isJsonObject } from './is-json-object.ts'
import type { Json } from './json.ts'
import type { ParamSchema } from './manifest.ts'
import type { Problem, ProblemCode } from './plan.ts'

export interface ParamProblem {
  severity: Problem['severity']
  /** Dotted path into the params. */
  param: string
  code: ProblemCode
  message: string
}

/**
 * What is missing or of the wrong kind in a step's params, by its type's schema. Where a param may have holes, text
 * with a hole stands for a value of any kind; whether the holes can be read is not looked at here.
 */
export function checkParams(params: { [name: string]: Json }, schema: ParamSchema): ParamProblem[] {
  return checkFields(params, schema, { path: '', mayHaveHoles: false, owner: undefined })
}

/** Where fields stand: the way to them, and the item of a list that they say something of, as it is called in a sentence. */
interface Place {
  path: string
  mayHaveHoles: boolean
  owner: string | undefined
}

function checkFields(value: { [name: string]: Json }, schema: ParamSchema, place: Place): ParamProblem[] {
  const { path, mayHaveHoles, owner } = place
  const called = (field: ParamSchema | undefined, name: string) =>
    owner === undefined ? `"${titleOf(field, name)}"` : `"${titleOf(field, name)}" of ${owner}`
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const known = schema.properties ?? {}
  const problems: ParamProblem[] = []
  for (const name of schema.required ?? []) {
    const field = known[name]
    if (Object.hasOwn(value, name) || field?.default !== undefined) continue
    problems.push(problem('missing_param', at(name), `${called(field, name)} is missing. Fill it in.`))
  }
  for (const [name, member] of Object.entries(value)) {
    const field = Object.hasOwn(known, name) ? known[name] : undefined
    const { additionalProperties: others } = schema
    const isRequired = (schema.required ?? []).includes(name)
    // One by one: there may be more than a call takes.
    if (field)
      for (const one of checkValue(member, field, { path: at(name), mayHaveHoles, owner }, called(field, name), isRequired))
        problems.push(one)
    else if (typeof others === 'object')
      for (const one of checkValue(member, others, { path: at(name), mayHaveHoles, owner }, called(undefined, name), false))
        problems.push(one)
    else if (others === false) {
      problems.push({
        ...problem('invalid_param', at(name), `There is no setting called "${name}" here; it has no effect. Remove it.`),
        severity: 'warning',
      })
    }
  }
  return problems
}

function checkValue(value: Json, schema: ParamSchema, around: Place, called: string, isRequired: boolean): ParamProblem[] {
  const place = { ...around, mayHaveHoles: around.mayHaveHoles || schema.expression === true }
  const { path, mayHaveHoles } = place
  if (schema.condition) return checkCondition(value, path, called)
  if (mayHaveHoles && typeof value === 'string' && hasHole(value)) return []
  if (value === '' && isRequired && (schema.minLength ?? 0) > 0)
    return [problem('missing_param', path, `${called} is empty. Fill it in.`)]
  if (schema.control === 'duration' && findDurationMs(value) === undefined) {
    return [
      problem(
        'invalid_duration',
        path,
        `${called} is not a length of time. Write it like 30s, 10m, 2h or 3d, 5 years at the most.`,
      ),
    ]
  }
  if (schema.control === 'dateTime' && typeof value === 'string' && !isInstantText(value)) {
    return [
      problem('invalid_param', path, `${called} is not a date and time that can be read. Write it like 2026-12-24T18:00:00Z.`),
    ]
  }
  const kinds = schema.anyOf ?? schema.oneOf
  if (kinds) return checkOneOf(value, kinds, place, called)
  const complaint = complaintAbout(value, schema)
  if (complaint !== undefined) return [problem('invalid_param', path, `${called} ${complaint}.`)]
  if (Array.isArray(value)) return checkItems(value, schema, place, called)
  return isJsonObject(value) ? checkFields(value, schema, place) : []
}

function checkCondition(value: Json, path: string, called: string): ParamProblem[] {
  if (typeof value === 'boolean' || (typeof value === 'string' && isSingleHole(value))) return []
  if (value === '')
    return [problem('missing_param', path, `${called} is empty. Write a condition such as {{ trigger.body.amount > 100 }}.`)]
  return [
    problem(
      'invalid_condition',
      path,
      `${called} is true, false or one single hole, such as {{ trigger.body.amount > 100 }}, with nothing before or after it.`,
    ),
  ]
}

function checkItems(list: Json[], schema: ParamSchema, place: Place, called: string): ParamProblem[] {
  return list.flatMap((item, index) => {
    const itemSchema = schema.prefixItems?.[index] ?? (typeof schema.items === 'object' ? schema.items : undefined)
    if (itemSchema === undefined) return []
    const name = itemName(item)
    const byPlace = `number ${index + 1} of ${called}`
    const at = { path: `${place.path}.${index}`, mayHaveHoles: place.mayHaveHoles, owner: name ?? byPlace }
    return checkValue(item, itemSchema, at, name === undefined ? capital(byPlace) : `${name} in ${called}`, true)
  })
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** One of several kinds must fit. The one that is meant is told by its fixed fields (`preset: "hmac"`), else by its kind of value. */
function checkOneOf(value: Json, kinds: ParamSchema[], place: Place, called: string): ParamProblem[] {
  const results = kinds.map((kind) => checkValue(value, kind, place, called, true))
  if (results.some((problems) => problems.every(({ severity }) => severity === 'warning'))) return []
  // Where two kinds may be meant, it is the one that less is wrong with.
  const [meant] = results.filter((_, index) => isMeant(value, kinds[index] ?? {})).toSorted((a, b) => a.length - b.length)
  return meant ?? [problem('invalid_param', place.path, `${called} must be ${kinds.map(kindInWords).join(' or ')}.`)]
}

function isMeant(value: Json, kind: ParamSchema): boolean {
  if (!isJsonObject(value))
    return kind.type !== undefined && isOfType(value, kind.type) && kind.enum === undefined && kind.const === undefined
  const fixed = Object.entries(kind.properties ?? {}).filter(([, field]) => field.const !== undefined)
  return fixed.length > 0 && fixed.every(([name, field]) => value[name] === field.const)
}

/** Why one value does not fit, as the end of a sentence that starts with its name. */
function complaintAbout(value: Json, schema: ParamSchema): string | undefined {
  if (schema.const !== undefined && value !== schema.const) return `must be ${JSON.stringify(schema.const)}`
  if (schema.enum && !schema.enum.some((choice) => choice === value)) {
    return `must be one of ${schema.enum.map((choice) => JSON.stringify(choice)).join(', ')}`
  }
  if (schema.type !== undefined && !isOfType(value, schema.type)) return `must be ${kindInWords(schema)}`
  if (typeof value === 'number') return complaintAboutNumber(value, schema)
  if (typeof value === 'string') return complaintAboutText(value, schema)
  if (!Array.isArray(value)) return undefined
  if (value.length < (schema.minItems ?? 0))
    return `needs at least ${schema.minItems} ${schema.minItems === 1 ? 'entry' : 'entries'}`
  return value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY) ? `has more than ${schema.maxItems} entries` : undefined
}

function complaintAboutNumber(
  value: number,
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ParamSchema,
): string | undefined {
  if (minimum !== undefined && value < minimum) return `must be ${minimum} or more`
  if (maximum !== undefined && value > maximum) return `must be ${maximum} or less`
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `must be more than ${exclusiveMinimum}`
  return exclusiveMaximum !== undefined && value >= exclusiveMaximum ? `must be less than ${exclusiveMaximum}` : undefined
}

function complaintAboutText(
  value: string,
  { minLength, maxLength, pattern, examples, placeholder }: ParamSchema,
): string | undefined {
  if (value.length < (minLength ?? 0)) return minLength === 1 ? 'is empty' : `needs at least ${minLength} characters`
  if (value.length > (maxLength ?? Number.POSITIVE_INFINITY)) return `has more than ${maxLength} characters`
  if (pattern === undefined || regexFor(pattern).test(value)) return undefined
  const example = placeholder ?? examples?.[0]
  return example === undefined ? 'has characters that can’t be used here' : `must look like ${JSON.stringify(example)}`
}

// The patterns are the catalog's own, a few dozen at most.
const regexes = new Map<string, RegExp>()

function regexFor(pattern: string): RegExp {
  const known = regexes.get(pattern)
  if (known) return known
  const regex = new RegExp(pattern, 'u')
  regexes.set(pattern, regex)
  return regex
}

function isOfType(value: Json, type: string | string[]): boolean {
  return (Array.isArray(type) ? type : [type]).some((name) => {
    switch (name) {
      case 'null':
        return value === null
      case 'array':
        return Array.isArray(value)
      case 'object':
        return isJsonObject(value)
      case 'integer':
        return Number.isInteger(value)
      default:
        return typeof value === name
    }
  })
}

function kindInWords(schema: ParamSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return `one of ${schema.enum.map((choice) => JSON.stringify(choice)).join(', ')}`
  const types = schema.type === undefined ? [] : [schema.type].flat()
  return types.map((type) => kindWords[type] ?? type).join(' or ') || 'another kind of value'
}

function titleOf(schema: ParamSchema | undefined, name: string): string {
  return schema?.title ?? name
}

function problem(code: ProblemCode, param: string, message: string): ParamProblem {
  return { severity: 'error', param, code, message }
}
