import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StartError } from '../embedded/index.ts'

export interface Listening {
  server: Server
  port: number
  /** Lets requests in; until then they are answered 503 and asked to come again. */
  open(listener: RequestListener): void
}

/** Takes the port first of all, so that a second start fails at once and touches nothing. */
export async function listen(host: string, port: number): Promise<Listening> {
  let current: RequestListener = (req, res) => {
    const isAlive = req.url === '/healthz'
    res.writeHead(isAlive ? 200 : 503, {
      'Content-Type': isAlive ? 'application/json' : 'application/problem+json',
      'Retry-After': '1',
    })
    res.end(
      JSON.stringify(
        isAlive
          ? { status: 'starting' }
          : {
              type: 'about:blank',
              title: 'Service Unavailable',
              status: 503,
              detail: 'Holdfast is starting.',
              code: 'not_ready',
              requestId: '',
            },
      ),
    )
  }
  const server = createServer(
    // Slow callers are cut off: headers within 10 s, everything within 15 (the body reader answers after 10).
    { headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 1000, keepAliveTimeout: 65_000 },
    (req, res) => current(req, res),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(startErrorFrom(error, host, port)))
    server.listen(port, host, resolve)
  })
  return {
    server,
    port: (server.address() as AddressInfo).port,
    open(listener) {
      current = listener
    },
  }
}

function startErrorFrom(error: Error & { code?: string }, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartError(`Port ${port} is already taken on ${host}; stop what uses it or choose another with PORT.`, error)
    case 'EACCES':
      return new StartError(`Port ${port} may not be used by this user; choose one above 1023 with PORT.`, error)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(`${host} is not an address of this machine; set HOST to one that is, such as 127.0.0.1.`, error)
    default:
      return error
  }
}
