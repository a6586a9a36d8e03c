import type { IncomingMessage, ServerResponse } from 'node:http'
import { newRequestId } from '../new-request-id.ts'

const header = 'Request-Id'

/** Gives a request its id, which its answer, its log lines and its place in the inbox share. */
export function giveRequestId(_req: IncomingMessage, res: ServerResponse, next: () => void): void {
  res.setHeader(header, newRequestId())
  next()
}

export function requestIdOf(res: ServerResponse): string {
  return String(res.getHeader(header))
}
