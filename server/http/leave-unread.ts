import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppError } from '#shared/errors.ts'
import { leaveSlowly } from './leave-slowly.ts'

/** What of a refused request is still read for the sake of its connection; who sends more is better off with a new one. */
const mostReadOn = 1024 ** 2

/**
 * To be called before a request is refused that may not have been read whole. Where much is still to come, nobody knows
 * how much, or it comes too slowly, the answer says that the connection ends with it, so that the caller stops sending.
 */
export function leaveUnread(req: IncomingMessage, res: ServerResponse, { code }: AppError): void {
  const isEndless = req.headers['transfer-encoding'] !== undefined
  const declared = Number(req.headers['content-length'] ?? 0)
  if (req.complete || (!isEndless && declared === 0)) return
  // Node would close at once; what still comes in would then be met by a reset, and that would overtake the answer.
  req.socket.destroySoon = () => leaveSlowly(req.socket)
  if (isEndless || declared > mostReadOn || code === 'request_timeout') res.setHeader('Connection', 'close')
}
