import { AppError } from '#shared/errors.ts'
import type { CodeRequest } from '../ports.ts'
import { type CallAsked, describeCall } from './call-asked.ts'

const advice =
  'Between its steps code must do the same every time it is gone through: keep what differs, such as chance, the time or what another service says, inside step.run.'

/** Why what the code asks for now is not what it asked for before, or undefined when it is. */
export function findDifference(before: CallAsked, now: CodeRequest, withOptions: boolean): AppError | undefined {
  const isSame = before.kind === now.kind && before.name === now.name && (before.times ?? 1) === now.times
  if (isSame && (!withOptions || before.hash === now.hash)) return undefined
  const difference = isSame
    ? `${describeCall(now)} with other options than before`
    : `${describeCall(now)}, and was ${describeCall(before)} before`
  return new AppError('non_determinism', `Request ${now.number} of the code is ${difference}. ${advice}`)
}

/** The code waits, and has not come to what it asked for before. */
export function missingRequest(before: CallAsked): AppError {
  return new AppError(
    'non_determinism',
    `Request ${before.number} of the code was ${describeCall(before)} before, and this time the code does not come to it. ${advice}`,
  )
}
