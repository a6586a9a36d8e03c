/**
 * Every error the product can report, in one table: what HTTP status it has when it ends a request, and whether
 * trying the step again could help. Codes are stable: the API, the interface, logs and tests use them.
 */
export const errorTable = {
  // requests
  malformed_request: { status: 400, retryable: false },
  invalid_json: { status: 400, retryable: false },
  invalid_encoding: { status: 400, retryable: false },
  file_gone: { status: 404, retryable: false },
  invalid_xml: { status: 400, retryable: false },
  too_deep: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  invalid_signature: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  request_timeout: { status: 408, retryable: true },
  revision_conflict: { status: 409, retryable: false },
  already_settled: { status: 409, retryable: false },
  run_not_failed: { status: 409, retryable: false },
  in_doubt: { status: 409, retryable: true },
  move_blocked: { status: 409, retryable: false },
  run_finished: { status: 409, retryable: false },
  package_in_use: { status: 409, retryable: false },
  state_conflict: { status: 409, retryable: true },
  name_taken: { status: 409, retryable: false },
  expired: { status: 410, retryable: false },
  too_large: { status: 413, retryable: false },
  uri_too_long: { status: 414, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  invalid_request: { status: 422, retryable: false },
  invalid_document: { status: 422, retryable: false },
  does_not_compile: { status: 422, retryable: false },
  idempotency_mismatch: { status: 422, retryable: false },
  path_taken: { status: 422, retryable: false },
  rate_limited: { status: 429, retryable: true },
  headers_too_large: { status: 431, retryable: false },
  internal: { status: 500, retryable: true },
  database_unavailable: { status: 503, retryable: true },
  not_ready: { status: 503, retryable: true },
  registry_unavailable: { status: 503, retryable: true },
  // steps
  http_error: { status: 502, retryable: true },
  network_error: { status: 502, retryable: true },
  timeout: { status: 504, retryable: true },
  cpu_limit: { status: 500, retryable: false },
  memory_limit: { status: 500, retryable: false },
  wall_limit: { status: 500, retryable: true },
  result_limit: { status: 500, retryable: false },
  call_limit: { status: 500, retryable: false },
  runner_crash: { status: 500, retryable: true },
  code_error: { status: 500, retryable: true },
  code_syntax: { status: 422, retryable: false },
  expression_error: { status: 500, retryable: false },
  invalid_input: { status: 422, retryable: false },
  action_failed: { status: 500, retryable: true },
  non_determinism: { status: 500, retryable: false },
  duplicate_step_name: { status: 500, retryable: false },
  poisoned: { status: 500, retryable: false },
  cancelled: { status: 500, retryable: false },
  start_expired: { status: 500, retryable: false },
  max_iterations: { status: 500, retryable: false },
  wait_timed_out: { status: 500, retryable: false },
  output_too_large: { status: 500, retryable: false },
  egress_denied: { status: 403, retryable: false },
  secret_unavailable: { status: 403, retryable: false },
  connection_dead: { status: 500, retryable: false },
  flow_failed: { status: 500, retryable: false },
  stopped: { status: 500, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>

export type ErrorCode = keyof typeof errorTable

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code)
}

/** What is known of an error beyond its code and message. `retryAfterMs` counts from the moment it was raised. */
export interface ErrorFacts {
  retryable?: boolean | undefined
  status?: number | undefined
  retryAfterMs?: number | undefined
  line?: number | undefined
  column?: number | undefined
  userStack?: string | undefined
  details?: unknown
  /** The other side can't have seen anything of it. */
  beforeSending?: boolean | undefined
  errors?: { path: string; message: string }[] | undefined
  cause?: unknown
}

/**
 * An error somebody is meant to read. Messages say what happened, to which thing, and what to do; they never hold
 * secrets or payloads. Anything else that is thrown is a defect and is reported as `internal`.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts
  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'AppError'
    this.code = code
    this.facts = facts
  }
  /** Whether another attempt could help: what the raiser said, else what the table says of the code. */
  get retryable(): boolean {
    return this.facts.retryable ?? errorTable[this.code].retryable
  }
}

/** Works across the sandbox border and duplicated modules, where `instanceof` does not. */
export function isAppError(value: unknown): value is AppError {
  return value instanceof Error && value.name === 'AppError' && 'code' in value && String(value.code) in errorTable
}

/** An error as it is stored with a step and shown in a run. */
export interface StepError {
  code: ErrorCode
  message: string
  nodeId?: string
  path?: string
  attempt?: number
  retryable: boolean
  status?: number
  /** Milliseconds to wait before the next attempt, as the other side asked. */
  retryAfter?: number
  line?: number
  column?: number
  stack?: string
  details?: unknown
}

/** Turns anything thrown into what a run records; unknown errors are worth another try. */
export function stepErrorFrom(error: unknown, where: { nodeId?: string; path?: string; attempt?: number } = {}): StepError {
  if (isAppError(error)) {
    const { status, retryAfterMs, line, column, userStack, details } = error.facts
    return {
      code: error.code,
      message: error.message,
      ...where,
      retryable: error.retryable,
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfter: retryAfterMs }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(userStack === undefined ? {} : { stack: userStack }),
      ...(details === undefined ? {} : { details }),
    }
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), ...where, retryable: true }
}
