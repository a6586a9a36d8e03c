import { AppError, errorTable, type ErrorCode } from '#shared/errors.ts'
import type { CodeCall } from '../ports.ts'
import type { Failure } from './runner/messages.ts'
import { userPlaceFrom } from './user-stack.ts'

/** What a runner may report; anything else is an error of the code. */
const failureKinds = new Set([
  ...['cpu_limit', 'memory_limit', 'wall_limit', 'result_limit', 'call_limit', 'runner_crash'],
  ...['egress_denied', 'network_error', 'timeout', 'too_large', 'invalid_input', 'cancelled'],
  ...['duplicate_step_name', 'http_error', 'code_error', 'state_conflict', 'flow_failed', 'secret_unavailable'],
])

/** What a runner said of a failure, as an error at the user's own line and without what the attempt was handed of secrets. */
export function errorFrom(failure: Failure, call: CodeCall): AppError {
  const { name = 'Error', message, stack = '', retryable, retryAfterMs } = failure
  const code = codeFrom(failure.kind)
  const place = stack === '' ? {} : userPlaceFrom(message, name, stack, call.bundle.map)
  const text =
    code === 'code_error' && name !== 'Error' && name !== '' && !/^(NonRetryable|RetryAfter|Step)Error$/.test(name)
      ? `${name}: ${message}`
      : message
  const facts = { line: place.line, column: place.column, userStack: place.stack, retryable, retryAfterMs }
  return call.secrets.error(new AppError(code, text, facts))
}

function codeFrom(kind: string): ErrorCode {
  return failureKinds.has(kind) && isErrorCode(kind) ? kind : 'code_error'
}

function isErrorCode(kind: string): kind is ErrorCode {
  return Object.hasOwn(errorTable, kind)
}

/** The error of an attempt whose runner named it before it was lost. */
export function blamed(kind: string): AppError {
  return kind === 'cpu_limit'
    ? new AppError('cpu_limit', 'The code kept the processor busy and could not be interrupted.')
    : new AppError('memory_limit', 'The code used more memory than it may.')
}
