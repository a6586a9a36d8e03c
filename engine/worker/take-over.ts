import type { Database } from '../db/database.ts'
import { deleteWorker, listOthers, markGoneWorkers, releaseRunsOfGone } from '../db/workers.ts'
import type { Log } from '../ports.ts'
import { isProcessAlive, ownPlace } from './process-place.ts'

const freedAtOnce = 1000

export interface TakeOverPorts {
  database: Database
  log: Log
  /** Runs were freed, for anybody to claim; there may be more to come. */
  onFreed(): void
  /** All runs of the workers that are gone are freed. */
  onTakenOver(): void
}

/** Frees the runs of workers that are gone: those whose lease is over, and those whose process is seen to have ended. */
export async function takeOver({ database, log, onFreed, onTakenOver }: TakeOverPorts, self: string): Promise<void> {
  const others = await listOthers(database, self, ownPlace().place)
  const dead = others.filter((one) => !one.isGone && one.isNear && !isProcessAlive(one.processId, one.processStart))
  const suspects = others.some((one) => one.isLate || one.isGone) || dead.length > 0
  if (!suspects) return
  const gone = await markGoneWorkers(
    database,
    self,
    dead.map((one) => one.id),
  )
  if (gone.length > 0) log.info({ gone }, 'Taking over from workers that are gone')
  const crashed = gone.filter((one) => one.crashed).map((one) => one.id)
  let freed = 0
  do {
    freed = await releaseRunsOfGone(database, crashed, freedAtOnce)
    if (freed > 0) onFreed()
  } while (freed === freedAtOnce)
  onTakenOver()
  for (const one of [...gone, ...others.filter((other) => other.isGone)]) await deleteWorker(database, one.id)
}
