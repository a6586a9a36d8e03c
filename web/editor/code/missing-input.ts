import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { Problem } from '../state.ts'

/** The input that a problem's place in the code names and the step doesn't have; undefined when it is about something else. */
export function missingInput(code: string, inputs: Json | undefined, { line, column, ...problem }: Problem): string | undefined {
  if (problem.code !== 'code_type' || line === undefined || column === undefined) return undefined
  const text = code.split('\n')[line - 1] ?? ''
  const name = /^[A-Za-z_$][\w$]*/.exec(text.slice(column - 1))?.[0]
  if (name === undefined || !/\binput\s*\??\.\s*$/.test(text.slice(0, column - 1))) return undefined
  return isJsonObject(inputs) && Object.hasOwn(inputs, name) ? undefined : name
}
