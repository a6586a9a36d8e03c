import { AppError } from '#shared/errors.ts'
import { checkInput } from '#shared/input-schema/check-input.ts'
import type { Json } from '#shared/json.ts'
import type { PlanTrigger } from '../db/plan-trigger.ts'
import { boundedMatches } from './bounded-matches.ts'

/** Refuses an input that isn't what the start asks for, as the form that is made of it would. */
export function assertInput({ type, params }: PlanTrigger, input: Json): void {
  const schema = params['input']
  if (schema === undefined || (type !== 'manual' && type !== 'flowCalled')) return
  const errors = checkInput(input, schema, boundedMatches()).map(({ path, message }) => ({
    path: ['input', ...path].join('.'),
    message,
  }))
  const [first] = errors
  if (first === undefined) return
  throw new AppError('invalid_request', `The input is not what this start asks for: ${first.path}: ${first.message}`, { errors })
}
