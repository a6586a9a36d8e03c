import { createServer } from 'node:net'

/** A port nobody listens on, outside the range that outgoing connections are given theirs from. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let port = 20_000 + (process.pid % 10_000); ; port = port >= 32_000 ? 20_000 : port + 1) {
    if (!taken.has(port) && (await isFree(port))) return port
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
