import type { Database } from '../db/database.ts'
import { deliverEvents } from '../db/deliver-events.ts'
import { findPublished, listUnlookedWaits, passWaitsWithoutEvents, type UnlookedWait } from '../db/find-published.ts'
import { markWaitLooked } from '../db/mark-looked.ts'
import type { Log } from '../ports.ts'
import { createJudge } from './spread-event.ts'

export interface Looker {
  database: Database
  log: Log
  now(): number
  tell(runId: string, workerId: string | null): void
}

const eventsAtOnce = 100

/** Tells runs of what was published before the waits they have opened, so that it is as good as if it came now. */
export async function lookForEvents(looker: Looker, runs: readonly { workspaceId: string; runId: string }[]): Promise<void> {
  await passWaitsWithoutEvents(looker.database, runs)
  // One after the other: what one wait was told of is not looked for again by the next one of its run.
  for (const wait of await listUnlookedWaits(looker.database, runs)) await lookFor(looker, wait)
}

async function lookFor({ database, now, tell }: Looker, wait: UnlookedWait): Promise<void> {
  const { workspaceId, runId } = wait
  let after = { id: '', at: '-infinity' }
  for (;;) {
    const found = await findPublished(database, wait, after, eventsAtOnce)
    const fitting = found.filter(({ data }) => data === null || createJudge(data)(wait))
    if (fitting.length > 0) {
      const deliveries = fitting.map(({ id }) => ({ workspaceId, runId, eventId: id }))
      for (const told of await deliverEvents(database, deliveries, now())) tell(told.runId, told.workerId)
    }
    const last = found.at(-1)
    if (!last || found.length < eventsAtOnce || (fitting.length > 0 && wait.isClosed)) break
    after = last
  }
  await markWaitLooked(database, workspaceId, runId, wait.path)
}
