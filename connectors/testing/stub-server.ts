import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface SeenRequest {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
  bytes: Buffer
}

export interface StubServer {
  url: string
  /** Every request that came, in order. */
  seen: SeenRequest[]
  close(): Promise<void>
}

/** A service on loopback that keeps what it was sent and answers as the test says. */
export async function startStubServer(answer: (request: SeenRequest, response: ServerResponse) => void): Promise<StubServer> {
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const entry = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: body.toString(),
        bytes: body,
      }
      seen.push(entry)
      answer(entry, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
