import { AppError } from '#shared/errors.ts'
import type { EndedRun } from '../db/end-unstarted.ts'
import type { Engine } from '../engine-api.ts'
import { moveRun } from '../move/move-run.ts'
import type { Reader } from '../read/read-run.ts'
import type { Watchers } from '../read/stream-run.ts'
import { previewReplay, type Replayer, startReplay } from '../replay/start-replay.ts'
import { resolveStep } from '../waits/resolve-step.ts'
import { cancelRun } from './cancel-run.ts'
import { retryRun } from './retry-run.ts'

export interface InterventionOptions {
  reader: Reader
  now(): number
  leaseMs: number
  outputBytes: number
  watchers: Watchers
  /** Something waits for this run's owner to take it in; for anybody when it has none. */
  tellOfArrival(runId: string, workerId: string | null): void
  /** Runs were cancelled before anybody had begun with them. */
  tellOfEnds(runs: readonly EndedRun[]): void
  /** A replay was made, and may stand in a lane. */
  onReplayed(): void
}

export type Interventions = Pick<Engine, 'cancelRun' | 'retryRun' | 'resolveStep' | 'replayRun' | 'previewReplay' | 'moveRun'>

/** What people do to runs, one by one or to many at once. */
export function createInterventions(options: InterventionOptions): Interventions {
  const { reader, now, leaseMs, outputBytes, watchers, tellOfArrival, tellOfEnds } = options
  const { database, indexOf } = reader
  const replayer: Replayer = { ...reader, now, outputBytes }
  return {
    cancelRun: (workspaceId, runId, by, when, also) =>
      cancelRun({ database, now, watchers, tellOfArrival, tellOfEnds }, { workspaceId, runId, by, when }, also),
    async retryRun(workspaceId, runId, by, also) {
      await retryRun(reader, { workspaceId, runId, by, atMs: now() }, also)
      tellOfArrival(runId, null)
    },
    resolveStep: (workspaceId, runId, path, resolution, also) =>
      resolveStep(
        { database, now, leaseMs, outputBytes, indexOf, watchers, onArrival: tellOfArrival },
        { workspaceId, runId, path },
        resolution,
        also,
      ),
    async replayRun(workspaceId, runId, replay, also) {
      const id = await startReplay(replayer, workspaceId, runId, replay, also)
      if (id === undefined) throw new AppError('internal', 'A replay without a key was not made.')
      tellOfArrival(id, null)
      options.onReplayed()
      return id
    },
    previewReplay: (workspaceId, runId, replay) => previewReplay(replayer, workspaceId, runId, replay),
    async moveRun(workspaceId, runId, move, also) {
      const obstacles = await moveRun(replayer, { workspaceId, runId }, move, also)
      watchers.tell(runId)
      return obstacles
    },
  }
}
