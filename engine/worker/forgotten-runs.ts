import type { Database } from '../db/database.ts'
import { giveBackRun } from '../db/give-back-run.ts'
import { listOwned } from '../db/list-owned.ts'
import type { Log } from '../ports.ts'

export interface ForgottenRunsOptions {
  database: Database
  log: Log
  workerId(): string
  isHeld(runId: string): boolean
  /** A run is free to be claimed. */
  onGivenBack(): void
}

/** Gives back the runs that the database says are this worker's and memory does not hold, as after the answer to a claim was lost. */
export interface ForgottenRuns {
  look(): Promise<void>
}

export function createForgottenRuns({ database, log, workerId, isHeld, onGivenBack }: ForgottenRunsOptions): ForgottenRuns {
  let missedBefore = new Set<string>()
  return {
    async look() {
      const id = workerId()
      const missed = (await listOwned(database, id)).filter((runId) => !isHeld(runId))
      // Only those still missing at the next look: others are just coming or going.
      const forgotten = missed.filter((runId) => missedBefore.has(runId))
      missedBefore = new Set(missed)
      for (const runId of forgotten) {
        log.warn({ runId }, 'A run this worker owns was not held; it goes back to be claimed')
        await giveBackRun(database, id, runId)
        onGivenBack()
      }
    },
  }
}
