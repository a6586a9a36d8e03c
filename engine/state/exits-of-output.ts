import { AppError } from '#shared/errors.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonText } from '#shared/json.ts'
import type { PlanStep } from '#shared/plan.ts'

/** By which exits a step is left whose output a person gives: the ones it would have taken with that output. */
export function exitsOfOutput(step: PlanStep, output: JsonText): string[] {
  if (step.disabled) return [Object.keys(step.outgoing)[0] ?? 'out']
  switch (step.type) {
    case 'branch':
      return [flagIn(step, output, 'result') ? 'true' : 'false']
    case 'filter':
      return flagIn(step, output, 'passed') ? ['out'] : []
    case 'switch':
      return casesIn(step, output)
    case 'approval':
      return [decisionIn(step, output)]
    case 'waitForCall':
    case 'waitForForm':
    case 'waitForEvent':
      return [output.trim() === 'null' ? 'timeout' : 'received']
    default:
      return ['out']
  }
}

function flagIn(step: PlanStep, output: JsonText, name: string): boolean {
  const value = memberOf(output, name)
  if (typeof value === 'boolean') return value
  throw unclear(step, `{ "${name}": true } or { "${name}": false }`)
}

function casesIn(step: PlanStep, output: JsonText): string[] {
  const several = memberOf(output, 'cases')
  const names = Array.isArray(several) ? several : [memberOf(output, 'case')]
  const chosen = names.filter((name) => typeof name === 'string')
  if (chosen.length === names.length) return chosen
  throw unclear(step, '{ "case": "<the case>" }')
}

function decisionIn(step: PlanStep, output: JsonText): string {
  const decision = memberOf(output, 'decision')
  if (decision === 'approved' || decision === 'rejected' || decision === 'timeout') return decision
  throw unclear(step, '{ "decision": "approved" } or { "decision": "rejected" }')
}

function memberOf(output: JsonText, name: string): Json | undefined {
  const value: Json = JSON.parse(output)
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function unclear(step: PlanStep, example: string): AppError {
  return new AppError(
    'invalid_request',
    `The output of step "${step.name}" says by which exit it is left, and this one doesn’t. Give something like ${example}.`,
    { errors: [{ path: 'output', message: 'Does not say by which exit the step is left' }] },
  )
}
