import type { BulkWorker } from '../bulk/bulk-worker.ts'
import type { Pauses } from '../control/pauses.ts'
import type { Work } from '../db/find-work.ts'
import type { EventDesk } from '../events/event-desk.ts'
import type { PollWorker } from '../polls/poll-worker.ts'
import type { ReplySeeker } from '../read/reply-seeker.ts'
import type { Watchers } from '../read/stream-run.ts'
import type { ScheduleWorker } from '../schedules/schedule-worker.ts'
import type { EngineTime } from './engine-time.ts'
import type { Hint } from './hints.ts'
import { leftAfterMs } from './lookout.ts'
import type { Worker } from './worker.ts'

export interface WorkDispatchOptions {
  /** Whether this process does more than take requests. */
  carriesOut: boolean
  onKept(): void
  time: EngineTime
  worker: Worker
  pauses: Pauses
  desk: EventDesk
  schedules: ScheduleWorker
  polls: PollWorker
  bulk: BulkWorker
  seeker: ReplySeeker
  watchers: Watchers
}

/** Has those look who do the work that somebody told of or that was found. */
export interface WorkDispatch {
  told(hint: Hint): void
  found(work: Work): void
  /** At the start nobody knows what there is. */
  lookForAll(): void
}

export function createWorkDispatch(options: WorkDispatchOptions): WorkDispatch {
  const { carriesOut, time, worker, pauses, desk, schedules, polls, bulk, seeker, watchers } = options
  return {
    told(hint) {
      switch (hint.kind) {
        case 'ready':
          return worker.claimSoon()
        case 'lanes':
          return worker.claimFromLanes()
        case 'pauses':
          void pauses.refresh()
          if (!carriesOut) return
          schedules.look()
          return polls.look()
        case 'schedules':
          return carriesOut ? schedules.look() : undefined
        case 'polls':
          return carriesOut ? polls.look() : undefined
        case 'bulk':
          return carriesOut ? bulk.look() : undefined
        case 'arrival':
          return worker.arrived(hint.runId)
        case 'answered':
          seeker.lookNow(hint.runId)
          return watchers.tell(hint.runId)
        case 'hello':
          return undefined
      }
    },
    found(work) {
      pauses.seen(work.paused)
      if (work.isEventLeft) desk.sweep(time.now() - leftAfterMs)
      if (work.isKeptDue) options.onKept()
      // A heartbeat does this too; a process that takes requests alone must not drift away from the others.
      if (!carriesOut) return time.sync(work.databaseMs)
      if (work.runsAt !== null) worker.claimAt(work.runsAt)
      if (work.isLaneUsed) worker.claimFromLanes()
      if (work.schedulesAt !== null) schedules.lookAt(work.schedulesAt)
      if (work.pollsAt !== null) polls.lookAt(work.pollsAt)
      if (work.isBulkAsked) bulk.look()
    },
    lookForAll() {
      desk.sweep(time.now())
      if (!carriesOut) return
      bulk.look()
      schedules.look()
      polls.look()
    },
  }
}
