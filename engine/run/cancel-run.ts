import { AppError } from '#shared/errors.ts'
import type { RunStatus } from '#shared/run.ts'
import type { PoolClient } from 'pg'
import type { Database } from '../db/database.ts'
import { cancelUnstarted, type EndedRun } from '../db/end-unstarted.ts'
import { findLastSeq, hasEventAfter } from '../db/find-event.ts'
import { findRun } from '../db/find-run.ts'
import { insertArrival } from '../db/insert-arrival.ts'
import type { Watchers } from '../read/stream-run.ts'
import { untilTakenIn } from './until-taken-in.ts'

export interface Canceller {
  database: Database
  now(): number
  watchers: Watchers
  tellOfArrival(runId: string, workerId: string | null): void
  tellOfEnds(runs: readonly EndedRun[]): void
}

/**
 * Ends a run that nobody has begun with; asks the owner of any other to end it, and waits for its answer. `also` is
 * done in the transaction in which the wish is written. Throws `not_found`, and `run_finished` when it was too late.
 */
export async function cancelRun(
  { database, now, watchers, tellOfArrival, tellOfEnds }: Canceller,
  { workspaceId, runId, by, when }: { workspaceId: string; runId: string; by: string; when: 'now' | 'afterStep' },
  also?: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const run = await findRun(database, workspaceId, runId)
  if (!run) throw new AppError('not_found', 'There is no such run.')
  // One that nobody has begun with is over at once: it needs no turn for that.
  const ended = await database.transaction(async (tx, client) => {
    const over = run.finishedAt === null ? await cancelUnstarted(tx.write, [runId], by, now()) : []
    if (over.length > 0) await also?.(client)
    return over
  })
  if (ended.length > 0) return tellOfEnds(ended)
  const body = JSON.stringify({ by, when })
  const lastSeq = await findLastSeq(database, workspaceId, runId)
  const outcome = await database.transaction(async (tx, client) => {
    if (run.finishedAt !== null) return undefined
    const inserted = await insertArrival(tx, { runId, path: '', kind: 'cancel', body, atMs: now() })
    if (inserted) await also?.(client)
    return inserted
  })
  if (!outcome) throw runIsOver()
  tellOfArrival(runId, outcome.workerId)
  // The run may be ending in this very moment: what became of it is known once its owner has answered.
  let endedAs: RunStatus | undefined
  await untilTakenIn(watchers, runId, async () => {
    if (await hasEventAfter(database, workspaceId, runId, { kind: 'run.cancelRequested', seq: lastSeq })) return true
    const after = await findRun(database, workspaceId, runId)
    endedAs = after?.finishedAt === null ? undefined : after?.status
    return endedAs !== undefined
  })
  if (endedAs !== undefined && endedAs !== 'cancelled') throw runIsOver()
}

function runIsOver(): AppError {
  return new AppError('run_finished', 'The run is over already.')
}
