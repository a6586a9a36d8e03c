import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '#shared/errors.ts'
import { newId } from '../new-id.ts'
import { isLeaving, leaveSlowly } from './leave-slowly.ts'
import { problemFrom } from './problem.ts'

/** A request that is on a connection, and its answer. */
export interface Exchange {
  req: IncomingMessage
  res: ServerResponse
  /** Asked before the answer to another one was given: it can't be told any more which of them an answer would be to. */
  isBesides: boolean
}

/**
 * Ends a connection on which something came that is no request, or too much, or too slowly. `latest` is what was asked
 * on it last. Nobody is given an answer that could be taken for that to another request.
 */
export function endAfterClientError(error: Error & { code?: string }, socket: Duplex, latest: Exchange | undefined): void {
  if (isLeaving(socket)) return
  const isAnswered = latest === undefined || latest.res.writableFinished
  if (!socket.writable || (latest !== undefined && !isAnswered && latest.isBesides)) {
    socket.destroy()
    return
  }
  if (isAnswered && (latest === undefined || latest.req.complete)) {
    socket.write(answerTo(problemOf(error)))
    leaveSlowly(socket)
    return
  }
  // Whoever reads the body is told, and answers in its own way.
  const event = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'timeout' : 'error'
  if (isAnswered || latest.req.listenerCount(event) === 0) socket.destroy()
  else latest.req.emit(event, error)
}

const longLine = 8 * 1024

function problemOf(error: Error & { code?: string }): AppError {
  switch (error.code ?? '') {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('request_timeout', 'The request did not arrive in time.')
    case 'HPE_HEADER_OVERFLOW':
      return isInAddress(error)
        ? new AppError('uri_too_long', 'The address is too long.')
        : new AppError('headers_too_large', 'The headers are too large.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('too_large', 'The chunks of the body say too much about themselves.')
    default:
      return new AppError('malformed_request', 'This is not valid HTTP/1.1.')
  }
}

/** Whether what was too much is the first line, as far as that can be told from what came last. */
function isInAddress(error: Error): boolean {
  if (!('rawPacket' in error) || !Buffer.isBuffer(error.rawPacket)) return false
  const lineEnd = error.rawPacket.indexOf('\r\n')
  return /^[A-Z-]+ /.test(error.rawPacket.toString('latin1', 0, 20)) && (lineEnd < 0 || lineEnd > longLine)
}

function answerTo(error: AppError): string {
  const requestId = newId('request')
  const problem = problemFrom(error, requestId)
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
