import { AppError } from '#shared/errors.ts'
import { retryAfterMs } from './retry-after.ts'

// What the other side may well answer differently in a moment; every other 4xx stays what it is.
const passingStatuses = new Set([408, 425, 429])
const maxDetailCharacters = 4000

interface Answer {
  status: number
  statusText: string
  headers: [string, string][]
  body: Uint8Array
}

/** What an answer that is an error means. Names the call without its parameters, which may hold keys. */
export function errorFromAnswer(answer: Answer, method: string, address: URL): AppError {
  const { status, statusText } = answer
  const what = `${address.host} answered ${status}${statusText ? ` ${statusText}` : ''} to ${method} ${address.pathname}`
  return new AppError('http_error', `${what}.`, {
    status,
    retryable: status >= 500 || passingStatuses.has(status),
    retryAfterMs: retryAfterMs(answer.headers, Date.now()),
    details: { body: new TextDecoder().decode(answer.body).slice(0, maxDetailCharacters) },
  })
}
