import { randomFillSync } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import { idFrom } from '#shared/ids.ts'
import { findBulkJob, insertBulkJob } from '../db/bulk-jobs.ts'
import { countOutcomes, listRefused } from '../db/bulk-outcomes.ts'
import { countRunsLike } from '../db/count-runs-like.ts'
import type { Database } from '../db/database.ts'
import { firstRunId } from '../db/run-conditions.ts'
import type { Bulk, BulkFilter, BulkState } from '../engine-api.ts'
import type { PoolClient } from 'pg'

const defaultRate = 10
const mostShown = 50

/** Which runs an action can be about at all: finished ones only when it says so. */
export function filterOf({ action, filter }: Pick<Bulk, 'action' | 'filter'>): BulkFilter {
  switch (action) {
    case 'retry':
      return { ...filter, status: 'failed' }
    case 'replay':
      return filter
    case 'cancel':
      return { ...filter, unfinished: true }
    case 'move':
    case 'resolve':
      return { ...filter, status: 'waiting', unfinished: true }
  }
}

/** How many runs it is about: those there are now, and none that are made later. */
export function countBulk(database: Database, workspaceId: string, bulk: Bulk, nowMs: number): Promise<number> {
  return countRunsLike(database, { ...filterOf(bulk), workspaceId, cursor: firstRunId(nowMs + 1) }, nowMs)
}

/** Writes down what is to be done, for any worker to do. */
export async function insertBulk(
  database: Database,
  workspaceId: string,
  bulk: Bulk,
  nowMs: number,
  also?: (client: PoolClient, id: string) => Promise<void>,
): Promise<{ id: string; count: number }> {
  const { action, by, ratePerSecond = defaultRate } = bulk
  const id = idFrom('bulk', nowMs, randomFillSync(new Uint8Array(10)))
  const count = await countBulk(database, workspaceId, bulk, nowMs)
  const { replay, resolve, move, cancel } = bulk
  const outputs = replay?.outputs && [...replay.outputs]
  const how = JSON.stringify({ replay: replay && { ...replay, outputs }, resolve, move, cancel })
  await database.transaction(async (tx, client) => {
    await insertBulkJob(tx, {
      workspaceId,
      id,
      action,
      filter: JSON.stringify(filterOf(bulk)),
      how,
      askedBy: by,
      rate: ratePerSecond,
      count,
      beforeRun: firstRunId(nowMs + 1),
    })
    await also?.(client, id)
  })
  return { id, count }
}

/** How far it has come, and what became of the runs. */
export async function readBulk(database: Database, workspaceId: string, id: string): Promise<BulkState> {
  const job = await findBulkJob(database, workspaceId, id)
  if (!job) throw new AppError('not_found', 'There is no such bulk action.')
  const [outcomes, errors] = await Promise.all([
    countOutcomes(database, workspaceId, id),
    listRefused(database, workspaceId, id, mostShown),
  ])
  return {
    id,
    action: job.action,
    status: job.finishedAt === null ? 'running' : 'finished',
    count: job.count,
    handled: job.handled,
    outcomes: Object.fromEntries(outcomes.map(({ outcome, count }) => [outcome, count])),
    errors: errors.map(({ runId, path, code, message }) => ({
      runId,
      ...(path === '' ? {} : { path }),
      code,
      message: message ?? '',
    })),
    ratePerSecond: job.rate,
    createdAt: new Date(job.createdAt).toISOString(),
    finishedAt: job.finishedAt === null ? null : new Date(job.finishedAt).toISOString(),
  }
}
