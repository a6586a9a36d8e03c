import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '#shared/errors.ts'
import { isLeaving, leaveSlowly, takeNoMore } from './leave-slowly.ts'
import { rawProblem } from './raw-problem.ts'

/** A request that is on a connection, and its answer. */
export interface Exchange {
  req: IncomingMessage
  res: ServerResponse
}

type BrokenBy = 'timeout' | 'error'
const broken = new WeakMap<IncomingMessage, BrokenBy>()

/** What kept the body of a request from coming, if it was over before anybody began to read it. */
export function brokenBy(req: IncomingMessage): BrokenBy | undefined {
  return broken.get(req)
}

/**
 * Ends a connection on which something came that is no request, or too much, or too slowly. `latest` is what was asked
 * on it last. What was asked before that is still answered, each in its turn, so that nobody takes an answer for that to
 * another request.
 */
export function endAfterClientError(error: Error & { code?: string }, socket: Duplex, latest: Exchange | undefined): void {
  if (isLeaving(socket)) return
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const isAnswered = latest === undefined || latest.res.writableFinished
  if (latest !== undefined && !latest.req.complete) {
    if (isAnswered) socket.destroy()
    else breakOff(latest.req, error)
    return
  }
  const leave = () => {
    if (socket.writable) socket.write(rawProblem(problemOf(error)))
    leaveSlowly(socket)
  }
  takeNoMore(socket)
  if (isAnswered) leave()
  else latest.res.once('finish', leave)
}

/** Whoever reads the body, or will, is told, and answers in its own way. */
function breakOff(req: IncomingMessage, error: Error & { code?: string }): void {
  const event = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'timeout' : 'error'
  broken.set(req, event)
  if (req.listenerCount(event) > 0) req.emit(event, error)
}

const longLine = 8 * 1024

function problemOf(error: Error & { code?: string }): AppError {
  switch (error.code ?? '') {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('request_timeout', 'The request did not arrive in time (HOLDFAST_LIMIT_REQUEST_MS).')
    case 'HPE_HEADER_OVERFLOW':
      return isInAddress(error)
        ? new AppError('uri_too_long', 'The address is longer than this server takes (HOLDFAST_LIMIT_URL).')
        : new AppError('headers_too_large', 'The headers are larger than this server takes (HOLDFAST_LIMIT_HEADERS).')
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
