import { STATUS_CODES } from 'node:http'
import type { AppError } from '#shared/errors.ts'
import { newRequestId } from '../new-request-id.ts'
import { problemFrom, retryAfterOf } from './problem.ts'

/** An answer to be written to a connection on which there is no request that could have one; the connection ends with it. */
export function rawProblem(error: AppError): string {
  const requestId = newRequestId()
  const problem = problemFrom(error, requestId)
  const body = JSON.stringify(problem)
  const retryAfter = retryAfterOf(error)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
    `Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
