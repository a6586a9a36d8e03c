import type { Evidence, Violation } from './evidence.ts'

/** No fault from outside makes a server end by itself. */
export function serversStand({ falls }: Evidence): Violation[] {
  return falls.map(({ place, code, signal, said }) => ({
    invariant: 'servers',
    runId: undefined,
    what: `${place} ended by itself with ${code ?? signal}, saying last: ${said.slice(-600)}`,
  }))
}
