import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Log } from '#engine/index.ts'
import type { ProblemDetails } from '#shared/api.ts'
import { AppError, errorTable, isAppError, type ErrorCode } from '#shared/errors.ts'
import { isDatabaseAway } from './database-away.ts'
import { leaveUnread } from './leave-unread.ts'

/** A problem found while publishing, answered beside the error (`does_not_compile`). */
export class CompileError extends AppError {
  readonly problems: NonNullable<ProblemDetails['problems']>
  constructor(message: string, problems: NonNullable<ProblemDetails['problems']>) {
    super('does_not_compile', message)
    this.problems = problems
  }
}

/** What keeps a run from going on with another version, answered beside the error (`move_blocked`). */
export class MoveBlocked extends AppError {
  readonly obstacles: NonNullable<ProblemDetails['obstacles']>
  constructor(obstacles: NonNullable<ProblemDetails['obstacles']>) {
    super('move_blocked', 'The run can’t go on with this version.')
    this.obstacles = obstacles
  }
}

/** What anything thrown looks like to the caller: AppErrors as they are, a lost database as 503, the rest as a bare 500. */
export function appErrorFrom(error: unknown): AppError {
  if (isAppError(error)) return error
  if (isDatabaseAway(error))
    return new AppError('database_unavailable', 'The database does not answer at the moment. Try again shortly.', {
      cause: error,
    })
  // PostgreSQL's word for text it can't hold, such as a NUL in a name; nowhere do we let it into data that is kept to the letter.
  if (error instanceof Error && 'code' in error && error.code === '22021')
    return new AppError('invalid_request', 'This holds a character that can’t be kept.', { cause: error })
  return new AppError('internal', 'Something went wrong on the server. The request id leads to the details in its log.', {
    cause: error,
  })
}

export function problemFrom(error: AppError, requestId: string): ProblemDetails {
  const status = statusOf(error.code)
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.facts.errors === undefined ? {} : { errors: error.facts.errors }),
    ...(error instanceof CompileError ? { problems: error.problems } : {}),
    ...(error instanceof MoveBlocked ? { obstacles: error.obstacles } : {}),
  }
}

export function statusOf(code: ErrorCode): number {
  return errorTable[code].status
}

/** In how many seconds the caller may come again, where that is worth saying. */
export function retryAfterOf({ code, facts }: AppError): number | undefined {
  if (facts.retryAfterMs !== undefined) return Math.ceil(facts.retryAfterMs / 1000)
  return statusOf(code) === 503 ? 2 : undefined
}

/** Answers with problem+json (RFC 9457), and logs what the caller can't do anything about. */
export function sendProblem(
  req: IncomingMessage,
  res: ServerResponse,
  thrown: unknown,
  context: { requestId: string; log: Log },
): void {
  const error = appErrorFrom(thrown)
  const problem = problemFrom(error, context.requestId)
  const facts = { requestId: context.requestId, method: req.method, code: error.code }
  // What we ourselves put off needs no stack to be found.
  if (isAppError(thrown) && problem.status === 503)
    context.log.warn({ ...facts, reason: error.message }, 'A request could not be taken just now')
  else if (problem.status === 503)
    context.log.warn({ ...facts, err: thrown }, 'A request failed because the database does not answer')
  else if (problem.status >= 500) context.log.error({ ...facts, err: thrown }, 'A request failed')
  // Half an answer can't be taken back: the caller must see that it is incomplete.
  if (res.headersSent) {
    res.destroy()
    return
  }
  res.statusCode = problem.status
  res.setHeader('Content-Type', 'application/problem+json')
  res.setHeader('Cache-Control', 'no-store')
  const retryAfter = retryAfterOf(error)
  if (retryAfter !== undefined) res.setHeader('Retry-After', retryAfter)
  leaveUnread(req, res, error)
  res.end(JSON.stringify(problem))
}
