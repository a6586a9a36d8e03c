import { checkInput } from '#shared/input-schema/check-input.ts'
import type { Json } from '#shared/json.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { type Field, fieldsOf } from '../../editor/inspector/form/field-model.ts'

export type Input = { [name: string]: Json }

/** What a run is asked for by hand: a field for each thing its start names; none when it names nothing. */
export function startFields(input: Json | undefined): Field[] {
  return isJsonObject(input) ? fieldsOf(schemaFrom(input)) : []
}

/** What the fields hold before anybody has typed. */
export function beginWith(fields: readonly Field[]): Input {
  return Object.fromEntries(
    fields.flatMap((field): [string, Json][] => {
      if (field.kind === 'group') return [[field.name, beginWith(field.fields ?? [])]]
      if (field.default !== undefined) return [[field.name, field.default]]
      return field.kind === 'yesNo' ? [[field.name, false]] : []
    }),
  )
}

/** What is wrong with what was filled in, by the dotted way to its field. */
export function inputProblems(input: Json | undefined, given: Input): Map<string, string> {
  if (input === undefined) return new Map()
  const problems = checkInput(given, input, matches)
  return new Map(problems.toReversed().map(({ path, message }) => [path.join('.'), `${message}.`]))
}

function matches(pattern: string, text: string): boolean | undefined {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return undefined
  }
}

/** A number as people write it; text that is none stays as it is, for the check to speak of. */
export function numberOr(text: string): Json | undefined {
  if (text.trim() === '') return undefined
  const number = Number(text.trim().replace(',', '.'))
  return Number.isFinite(number) ? number : text
}

/**
 * The schema as the set-up form's fields are read from it: anybody may have written it, and what is in it of a kind we
 * don't know is asked for as it is stored. Our own words in it, which say what may be a formula, mean nothing here.
 */
function schemaFrom(schema: { [name: string]: Json }): ParamSchema {
  const { expression: _e, condition: _c, control: _k, advanced: _a, ...known } = schema
  const cleaned: { [name: string]: unknown } = { ...known }
  if (isJsonObject(known['properties']))
    cleaned['properties'] = Object.fromEntries(
      Object.entries(known['properties']).map(([name, property]) => [name, isJsonObject(property) ? schemaFrom(property) : {}]),
    )
  if (isJsonObject(known['items'])) cleaned['items'] = schemaFrom(known['items'])
  if (!Array.isArray(known['required'])) delete cleaned['required']
  // One that must be ticked is still asked for; other fixed values need no field.
  if (known['type'] === 'boolean') delete cleaned['const']
  return cleaned
}
