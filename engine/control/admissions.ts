import { AppError, isAppError } from '#shared/errors.ts'
import type { Database } from '../db/database.ts'
import { mayBeCommitted } from '../db/unheard-commit.ts'
import type { WithStart } from '../engine-api.ts'
import type { EngineTime } from '../worker/engine-time.ts'
import type { Log } from '../ports.ts'
import type { PreparedStart } from '../run/prepare-start.ts'
import { type Admission, type Admitted, admitStarts } from './admit-starts.ts'

/** What one transaction decides at the most. */
const atOnce = 200

export interface AdmissionsOptions {
  database: Database
  time: EngineTime
  log: Log
  workerId(): string
  /** Starts were decided; the transaction is committed. */
  onAdmitted(starts: readonly PreparedStart[], admission: Admission): void
}

/** Decides starts that depend on other starts. Those that come while some are being decided are decided together next. */
export function createAdmissions(options: AdmissionsOptions) {
  const { database, log } = options
  let waiting: { start: PreparedStart; resolve: (outcome: Admitted) => void; reject: (error: unknown) => void }[] = []
  let working: Promise<void> | undefined

  function wake(): void {
    working ??= Promise.resolve()
      .then(work)
      .finally(() => {
        working = undefined
        // Asked for by whoever heard of their own just now, after the last look at what waits.
        if (waiting.length > 0) wake()
      })
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const taken = waiting.slice(0, atOnce)
      waiting = waiting.slice(atOnce)
      await decide(taken)
    }
  }

  function admitAll(starts: readonly PreparedStart[], also?: WithStart): Promise<Admission> {
    const offsetMs = options.time.clock.offsetMs()
    return admitStarts(database, starts, { offsetMs, workerId: options.workerId(), also })
  }

  async function decide(taken: typeof waiting): Promise<void> {
    const starts = taken.map(({ start }) => start)
    try {
      const admission = await admitAll(starts)
      for (const [at, { resolve }] of taken.entries()) {
        const outcome = admission.outcomes[at]
        if (outcome) resolve(outcome)
      }
      options.onAdmitted(starts, admission)
    } catch (error) {
      // One start's data may stand in the way of the others. What may be done already is not done once more.
      if (taken.length > 1 && !mayBeCommitted(error)) for (const one of taken) await decide([one])
      else for (const { reject } of taken) reject(refusal(error))
    }
  }

  function refusal(error: unknown): AppError {
    if (isAppError(error)) return error
    log.warn({ err: error }, 'A start could not be decided')
    return new AppError('not_ready', 'The run could not be started just now. Try again.', { cause: error })
  }

  return {
    admit(start: PreparedStart): Promise<Admitted> {
      const decided = new Promise<Admitted>((resolve, reject) => waiting.push({ start, resolve, reject }))
      wake()
      return decided
    },
    async admitWith(start: PreparedStart, also: WithStart): Promise<Admitted> {
      try {
        const admission = await admitAll([start], also)
        options.onAdmitted([start], admission)
        const [outcome] = admission.outcomes
        if (outcome === undefined) throw new AppError('internal', 'A start came to nothing.')
        return outcome
      } catch (error) {
        throw refusal(error)
      }
    },
    async idle(): Promise<void> {
      await working
    },
  }
}
