import { LostRun } from '../worker/committer.ts'
import { failpoint } from '../failpoint.ts'
import type { OwnedRun } from './owned-run.ts'

/** The decision to act is committed, and the lease will last: only now may anything outside be touched. */
export async function beforeEffect(run: OwnedRun): Promise<void> {
  await run.host.committer.durable(run)
  await run.host.untilLeaseIsFresh()
  if (run.isOver) throw new LostRun(run.runId)
  failpoint('step.before-effect')
}
