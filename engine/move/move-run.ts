import { AppError } from '#shared/errors.ts'
import { findRun } from '../db/find-run.ts'
import { isDuplicate } from '../db/is-duplicate.ts'
import { loadJournalAfter } from '../db/load-journal-after.ts'
import { moveWaitingRun } from '../db/move-run.ts'
import type { InSameTransaction, Move, Obstacle } from '../engine-api.ts'
import type { Replayer } from '../replay/start-replay.ts'
import { findObstacles } from './find-obstacles.ts'

export type Mover = Pick<Replayer, 'database' | 'indexOf' | 'now'>

const mostTries = 5

/**
 * Puts a waiting or queued run on another version of its flow, from where it stands; it goes on with that one. Gives
 * what stands in the way; then, and when it is only asked about, nothing was changed.
 */
export async function moveRun(
  mover: Mover,
  place: { workspaceId: string; runId: string },
  move: Move,
  also?: InSameTransaction,
): Promise<Obstacle[]> {
  for (let tries = 1; ; tries++) {
    const known = await lookAt(mover, place, move)
    if (move.dryRun || known.obstacles.length > 0) return known.obstacles
    const { version, planHash, by } = move
    const data = JSON.stringify({ version, planHash, by })
    try {
      const isMoved = await mover.database.transaction(async (tx, client) => {
        const moved = await moveWaitingRun(tx, { ...place, version, planHash, data, lastSeq: known.lastSeq, atMs: mover.now() })
        if (moved) await also?.(client)
        return moved
      })
      if (isMoved) return []
    } catch (error) {
      // It was at work in between, and has come to rest again: look again.
      if (!isDuplicate(error)) throw error
    }
    if (tries === mostTries) return [atWork]
  }
}

const atWork: Obstacle = {
  path: '',
  code: 'at_work',
  message: 'Something of the run is being carried out just now. Try again when it waits.',
}

async function lookAt(
  { database, indexOf }: Mover,
  { workspaceId, runId }: { workspaceId: string; runId: string },
  { version, planHash }: Move,
): Promise<{ obstacles: Obstacle[]; lastSeq: number }> {
  const row = await findRun(database, workspaceId, runId)
  if (!row) throw new AppError('not_found', 'There is no such run.')
  if (row.finishedAt !== null) throw new AppError('run_finished', 'The run is over. Replay it on the other version instead.')
  if (row.version === version) throw new AppError('invalid_request', `The run is on version ${version} already.`)
  const [before, after] = await Promise.all([indexOf(row.planHash), indexOf(planHash)])
  const events = await loadJournalAfter(database, workspaceId, runId, -1)
  const lastSeq = events.at(-1)?.seq ?? -1
  const obstacles = findObstacles(before, after, events)
  return { obstacles: row.status === 'running' ? [...obstacles, atWork] : obstacles, lastSeq }
}
