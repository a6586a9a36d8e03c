import { isJsonObject } from '../is-json-object.ts'
import type { Json, JsonObject } from '../json.ts'
import { complaintAbout, type Matches } from './complaint-about.ts'

/** What doesn't fit, and where: names and places from the outside in. */
export interface InputProblem {
  path: string[]
  message: string
}

/** So much is looked at; schemas that multiply what there is to look at are not followed to their end. */
const mostSteps = 500_000
const deepest = 500
const mostProblems = 50

interface Check {
  root: Json
  matches: Matches
  stepsLeft: number
}

class TooMuch extends Error {}

/**
 * What of an input doesn't fit the schema that a start names for it: JSON Schema's words for values (draft 2020-12) with
 * references inside the schema. Words it doesn't know, and those that make no sense, ask for nothing: anybody may have
 * written them, and a start that can't be used would be no help.
 */
export function checkInput(input: Json, schema: Json, matches: Matches): InputProblem[] {
  const check: Check = { root: schema, matches, stepsLeft: mostSteps }
  try {
    return checkValue(input, schema, [], check, 0).slice(0, mostProblems)
  } catch (error) {
    if (error instanceof TooMuch) return [{ path: [], message: 'Too much to be checked against what the start asks for' }]
    throw error
  }
}

function checkValue(value: Json, schema: Json | undefined, path: string[], check: Check, depth: number): InputProblem[] {
  check.stepsLeft -= 1
  if (check.stepsLeft < 0 || depth > deepest) throw new TooMuch()
  if (schema === false) return [{ path, message: 'Nothing is taken here' }]
  if (!isJsonObject(schema)) return []
  const complaint = complaintAbout(value, schema, check.matches)
  // Of what is of another kind altogether nothing more is worth saying.
  if (complaint !== undefined) return [{ path, message: complaint }]
  const below = (member: Json, its: Json | undefined, name?: string) =>
    checkValue(member, its, name === undefined ? path : [...path, name], check, depth + 1)
  return [
    ...(typeof schema['$ref'] === 'string' ? below(value, referredTo(schema['$ref'], check.root)) : []),
    ...(Array.isArray(value)
      ? checkItems(value, schema, below)
      : isJsonObject(value)
        ? checkFields(value, schema, path, check, below)
        : []),
    ...checkKinds(value, schema, path, below),
  ]
}

type Below = (member: Json, schema: Json | undefined, name?: string) => InputProblem[]

function checkItems(list: Json[], schema: JsonObject, below: Below): InputProblem[] {
  const first = listed(schema['prefixItems'])
  return list.flatMap((item, index) => below(item, index < first.length ? first[index] : schema['items'], String(index)))
}

function checkFields(value: JsonObject, schema: JsonObject, path: string[], check: Check, below: Below): InputProblem[] {
  const known = isJsonObject(schema['properties']) ? schema['properties'] : {}
  const patterns = isJsonObject(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : []
  const problems: InputProblem[] = []
  for (const name of listed(schema['required']))
    if (typeof name === 'string' && !Object.hasOwn(value, name))
      problems.push({ path: [...path, name], message: 'Is missing. Fill it in' })
  for (const [name, member] of Object.entries(value)) {
    const fitting = patterns.filter(([pattern]) => check.matches(pattern, name) !== false)
    const isKnown = Object.hasOwn(known, name)
    if (schema['propertyNames'] !== undefined && below(name, schema['propertyNames']).length > 0)
      problems.push({ path: [...path, name], message: 'Can’t be a name here' })
    if (isKnown) problems.push(...below(member, known[name], name))
    for (const [, its] of fitting) problems.push(...below(member, its, name))
    if (isKnown || fitting.length > 0) continue
    if (schema['additionalProperties'] === false)
      problems.push({ path: [...path, name], message: 'Isn’t asked for here. Leave it out' })
    else problems.push(...below(member, schema['additionalProperties'], name))
  }
  return problems
}

/** Where a schema is made of several. */
function checkKinds(value: Json, schema: JsonObject, path: string[], below: Below): InputProblem[] {
  const problems = listed(schema['allOf']).flatMap((kind) => below(value, kind))
  if (Array.isArray(schema['anyOf'])) {
    const results = schema['anyOf'].map((kind) => below(value, kind))
    if (results.length > 0 && results.every((found) => found.length > 0)) problems.push(...leastWrong(results, path))
  }
  if (Array.isArray(schema['oneOf'])) {
    const results = schema['oneOf'].map((kind) => below(value, kind))
    const fitting = results.filter((found) => found.length === 0).length
    if (results.length > 0 && fitting === 0) problems.push(...leastWrong(results, path))
    else if (fitting > 1) problems.push({ path, message: 'Fits more than one of the kinds that are asked for' })
  }
  if (schema['not'] !== undefined && below(value, schema['not']).length === 0)
    problems.push({ path, message: 'Is what is not taken here' })
  if (schema['if'] !== undefined)
    problems.push(...below(value, below(value, schema['if']).length === 0 ? schema['then'] : schema['else']))
  return problems
}

/** Of several kinds the one that was probably meant: where what is wrong lies inside, rather than with the whole. */
function leastWrong(results: InputProblem[][], path: string[]): InputProblem[] {
  const inside = results.filter((problems) => problems.every((problem) => problem.path.length > path.length))
  const [meant] = inside.toSorted((a, b) => a.length - b.length)
  return meant ?? [{ path, message: 'Is none of the kinds that are asked for' }]
}

/** `#`, or `#/$defs/name`; undefined for what isn't in the schema. */
function referredTo(reference: string, root: Json): Json | undefined {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  let found: Json | undefined = root
  for (const part of reference.slice(2).split('/')) {
    const name = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(found)) found = found[Number(name)]
    else found = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined
  }
  return found
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function listed(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
