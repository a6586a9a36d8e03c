import { AppError } from '#shared/errors.ts'
import type { PoolClient } from 'pg'
import { findQueue } from '../control/find-queue.ts'
import { findRun } from '../db/find-run.ts'
import { retryFailedRun } from '../db/retry-run.ts'
import type { Reader } from '../read/read-run.ts'

/**
 * Lets a failed run go on where it stopped, for anybody to claim; `also` is done in the same transaction. Throws
 * `not_found`, and `run_not_failed` for any other.
 */
export async function retryRun(
  reader: Reader,
  { workspaceId, runId, by, atMs }: { workspaceId: string; runId: string; by: string; atMs: number },
  also?: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const { database } = reader
  const run = await findRun(database, workspaceId, runId)
  const queue = run ? await findQueue(reader, workspaceId, run) : null
  const isRetried = await database.transaction(async (tx, client) => {
    const isFailed = await retryFailedRun(tx, { workspaceId, runId, by, atMs, queue })
    if (isFailed) await also?.(client)
    return isFailed
  })
  if (isRetried) return
  if (!run) throw new AppError('not_found', 'There is no such run.')
  throw new AppError('run_not_failed', `Only a failed run can be retried; this one is ${run.status}.`)
}
