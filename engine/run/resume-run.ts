import { AppError } from '#shared/errors.ts'
import type { RunRow } from '../db/claim-runs.ts'
import { failForGood, loseAttempt } from './finish-step.ts'
import { passTime, takeArrivals } from './go-on.ts'
import type { OwnedRun } from './owned-run.ts'

/** What was under way with the last owner is lost; what arrived meanwhile is taken in before anything is decided. */
export function resumeRun(run: OwnedRun, { arrived, lostBy }: Pick<RunRow, 'arrived' | 'lostBy'>): void {
  const lost = [...run.state.running]
  for (const path of lost) {
    loseAttempt(run, path, { alone: lost.length === 1, crashed: lostBy === 'crash' })
  }
  if (arrived > 0 || run.mayHaveMissedEnds) takeArrivals(run, arrived)
  else passTime(run)
}

/** Goes on with a run that was read again after an unexpected error, of the step at `path` when there is one to blame. */
export function resumeAfterError(run: OwnedRun, why: { path: string | undefined; error: unknown }): void {
  const lost = [...run.state.running]
  if (why.path !== undefined) failUnstorable(run, why.path, why.error)
  for (const path of lost) {
    if (path !== why.path) loseAttempt(run, path, { alone: false, crashed: false })
  }
  takeArrivals(run, 0)
}

/** The outcome of this step is what the database refused. */
function failUnstorable(run: OwnedRun, path: string, cause: unknown): void {
  const node = run.state.nodes.get(path)
  if (node?.status !== 'running' && node?.status !== 'ready' && node?.status !== 'waiting') return
  const message = `What step "${node.step.name}" gave can’t be stored. See the server’s log for the reason.`
  failForGood(run, path, node.status === 'ready' ? node.attempt + 1 : node.attempt, new AppError('internal', message, { cause }))
}
