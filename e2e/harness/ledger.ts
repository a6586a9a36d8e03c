import { createServer } from 'node:http'

export interface LedgerEntry {
  path: string
  key: string
  body: string
}

/** The world outside: a server of its own that writes down each call it gets, with its idempotency key. */
export interface Ledger {
  url: string
  entries: LedgerEntry[]
  /** Holds back the answers below a path until released, so that a test can act in the middle of a call. */
  hold(path: string): { release(): void }
  close(): Promise<void>
}

export async function startLedger(): Promise<Ledger> {
  const entries: LedgerEntry[] = []
  const held = new Map<string, Promise<void>>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const body = Buffer.concat(chunks).toString()
      entries.push({ path, key: String(request.headers['idempotency-key'] ?? ''), body })
      const answer = () => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ ok: true, path, call: entries.filter((entry) => entry.path === path).length }))
      }
      void (held.get(path) ?? Promise.resolve()).then(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('The ledger has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    entries,
    hold(path) {
      let release = () => {}
      held.set(path, new Promise((resolve) => (release = resolve)))
      return {
        release() {
          held.delete(path)
          release()
        },
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
