import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '#shared/errors.ts'
import { type Exchange, endAfterClientError } from '../http/client-error.ts'
import { isLeaving } from '../http/leave-slowly.ts'
import { type ConnectionLimits, limitConnections } from '../http/limit-connections.ts'
import { type ReaderLimits, watchedResponse } from '../http/watched-response.ts'
import { newRequestId } from '../new-request-id.ts'
import { portError } from './port-error.ts'

interface ListenLimits extends ConnectionLimits, ReaderLimits {
  requestTimeoutMs: number
  maxHeaderBytes: number
}

export interface Listening {
  server: Server
  port: number
  /** Lets requests in; until then they are answered 503 and asked to come again. */
  open: (listener: RequestListener) => void
}

/** Takes the port first of all, so that a second start fails at once and touches nothing. */
export async function listen(host: string, port: number, limits: ListenLimits): Promise<Listening> {
  const { requestTimeoutMs, maxHeaderBytes } = limits
  let current: RequestListener = answerNotReady
  const latest = new WeakMap<Duplex, Exchange>()
  const server = createServer(
    {
      // Counted from the first byte of a request, or of a connection, to the last of the body.
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(500, requestTimeoutMs / 4),
      keepAliveTimeout: 65_000,
      maxHeaderSize: maxHeaderBytes,
      ServerResponse: watchedResponse(limits),
    },
    (req, res) => {
      if (isLeaving(req.socket)) return
      const before = latest.get(req.socket)
      const isBesides = before !== undefined && !before.res.writableFinished
      latest.set(req.socket, { req, res })
      if (isBesides && countBesides(req.socket, res) > mostBesides) {
        req.socket.destroy()
        return
      }
      current(req, res)
    },
  )
  // Node would leave out what is above; too many are refused, each by whoever looks at them.
  server.maxHeadersCount = 0
  server.on('connection', limitConnections(limits))
  server.on('clientError', (error, socket) => endAfterClientError(error, socket, latest.get(socket)))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, { host, port, hostSetting: 'HOST', portSetting: 'PORT' })))
    server.listen(port, host, resolve)
  })
  return {
    server,
    port: portOf(server),
    open(listener) {
      current = listener
    },
  }
}

/** Requests sent before the answer to the one before them: hardly any client does it at all. */
const mostBesides = 100
const besides = new WeakMap<Duplex, number>()

function countBesides(socket: Duplex, res: ServerResponse): number {
  const count = (besides.get(socket) ?? 0) + 1
  besides.set(socket, count)
  res.once('close', () => besides.set(socket, (besides.get(socket) ?? 1) - 1))
  return count
}

function answerNotReady(req: IncomingMessage, res: ServerResponse): void {
  const isAlive = req.url === '/healthz'
  res.writeHead(isAlive ? 200 : 503, {
    'Content-Type': isAlive ? 'application/json' : 'application/problem+json',
    'Retry-After': '1',
  })
  const problem = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'Holdfast is starting.',
    code: 'not_ready' satisfies ErrorCode,
    requestId: newRequestId(),
  }
  res.end(JSON.stringify(isAlive ? { status: 'starting' } : problem))
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port')
  return address.port
}
