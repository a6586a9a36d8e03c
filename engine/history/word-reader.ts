import { findChore, noteChore } from '../db/chores.ts'
import type { Database } from '../db/database.ts'
import { findUnreadRuns, type UnreadRun } from '../db/find-unread-runs.ts'
import { insertWords } from '../db/insert-words.ts'
import { firstRunId } from '../db/run-conditions.ts'
import type { Log } from '../ports.ts'
import { searchWords } from './search-words.ts'

/**
 * Gathers the words by which runs are searched for: a moment after they started, by the process that wrote them, which
 * still has their texts. So a run costs nothing more on its way. What a process that died, or had too much to do, has
 * left out is found by comparing.
 */
export interface WordReader {
  /** A run was committed; again when another start went into the same run. */
  add(run: UnreadRun): void
  /** Looks for runs that were left out. */
  readMissed(): void
  /** Resolves when nothing is under way any more; what is left is found by whoever looks next. */
  stop(): Promise<void>
}

const chore = 'gather words'
/** Of what started a run, this much is searched. */
const textLength = 4096
/** Long enough to do many at once, short enough to be done within 5 seconds. */
const gatherMs = 1000
const runsAtOnce = 100
/** More is left to be found by comparing, once there is time. */
const mostHeld = 5000
/** Runs come first: this much of the time is left to them, however many there are to read. */
const pauseShare = 2
/** A run may be committed this long after its id was made, as when the database was away. */
const lateMs = 3_600_000

export function createWordReader({ database, log, now }: { database: Database; log: Log; now: () => number }): WordReader {
  let held: UnreadRun[] = []
  let isMissing = false
  /** A look for runs that were left out, as far as it has come. */
  let look: { after: string; begun: number } | undefined
  let timer: NodeJS.Timeout | undefined
  let reading: Promise<void> | undefined
  let isStopped = false

  function schedule(pauseMs: number): void {
    if (isStopped || timer || reading || (held.length === 0 && !isMissing && !look)) return
    timer = setTimeout(() => {
      timer = undefined
      const begun = performance.now()
      reading = readSome().then(
        () => {
          reading = undefined
          schedule(held.length < runsAtOnce && !look ? gatherMs : (performance.now() - begun) * pauseShare)
        },
        (error: unknown) => {
          log.warn({ err: error }, 'The words of new runs could not be gathered; trying again')
          reading = undefined
          isMissing = true
          schedule(gatherMs)
        },
      )
    }, pauseMs)
    timer.unref()
  }

  async function readSome(): Promise<void> {
    await store(held.splice(0, runsAtOnce))
    if (isMissing && !look) {
      isMissing = false
      const readUntil = (await findChore(database, chore)) ?? lateMs
      look = { after: firstRunId(readUntil - lateMs), begun: now() }
    }
    if (look) await lookOn(look)
  }

  async function lookOn({ after, begun }: { after: string; begun: number }): Promise<void> {
    const some = await findUnreadRuns(database, after, runsAtOnce, textLength)
    await store(some)
    const last = some.at(-1)
    look = some.length === runsAtOnce && last ? { after: last.runId, begun } : undefined
    // Noted is when the look began: what was committed behind its back is looked for the next time.
    if (!look) await noteChore(database, chore, begun)
  }

  async function store(some: readonly UnreadRun[]): Promise<void> {
    if (some.length === 0) return
    const runs = new Map<string, { workspaceId: string; runId: string; words: string[] }>()
    for (const { workspaceId, runId, subject, trigger } of some) {
      const words = searchWords(`${subject ?? ''} ${trigger ?? ''}`)
      runs.set(runId, { workspaceId, runId, words: [...new Set([...(runs.get(runId)?.words ?? []), ...words])] })
    }
    await insertWords(database, [...runs.values()])
  }

  return {
    add(run) {
      if (held.length < mostHeld) held.push({ ...run, trigger: beginningOf(run.trigger ?? '') })
      else isMissing = true
      schedule(gatherMs)
    },
    readMissed() {
      isMissing = true
      schedule(gatherMs)
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await reading
      await store(held.splice(0)).catch((error: unknown) =>
        log.warn({ err: error }, 'The words of the last runs are gathered later'),
      )
    },
  }
}

/** A part of a string keeps all of it in memory, which may be megabytes: this is a string of its own. */
function beginningOf(text: string): string {
  if (text.length <= textLength) return text
  return Buffer.from(text.slice(0, textLength), 'utf16le').toString('utf16le')
}
