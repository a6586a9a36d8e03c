import type { Sent } from './send.ts'
import type { TestServer } from './test-server.ts'

type Headers = { [name: string]: string }

/** Calls the API of a file's server, with the headers all of its tests have, unless one says as whom. */
export function apiOf(server: () => TestServer, headers: () => Headers) {
  return (method: string, path: string, body?: unknown, as: Headers = headers()): Promise<Sent> =>
    server().send(`/api/v1${path}`, { method, headers: as, ...(body === undefined ? {} : { body }) })
}
