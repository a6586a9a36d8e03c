import type { JsonText } from '#shared/json.ts'
import type { Database } from '../db/database.ts'
import { loadJournalAfter } from '../db/load-journal-after.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { createStepsView, type StepsView } from './step-view.ts'

/** A run as its journal tells it, for those who look at it. */
export interface FoldedRun {
  view: StepsView
  vars: JsonText | undefined
}

/**
 * Runs somebody looks at, folded, so that page after page of ten thousand steps is read from one fold: the next look
 * adds only what has happened since. Nothing else depends on it; what is forgotten is folded again.
 */
export interface FoldedRuns {
  /** Lets a look at the run as it is now, while nothing is added to it. */
  look<T>(workspaceId: string, run: { id: string; planHash: string }, use: (run: FoldedRun) => Promise<T> | T): Promise<T>
  close(): void
}

interface Kept {
  folded: FoldedRun
  /** Events in it: what it takes of memory. */
  size: number
  usedAt: number
  /** One look after the other. */
  turn: Promise<unknown>
}

/** Events read and folded in one go; everything else has its turn in between. */
const eventsAtOnce = 2000
const mostEvents = 100_000
const keepMs = 60_000

export function createFoldedRuns(database: Database, indexOf: (planHash: string) => Promise<PlanIndex>): FoldedRuns {
  const kept = new Map<string, Kept>()
  let sweep: NodeJS.Timeout | undefined

  async function entryOf(run: { id: string; planHash: string }): Promise<Kept> {
    const index = await indexOf(run.planHash)
    const known = kept.get(run.id)
    // A run that was moved is another plan's.
    if (known?.folded.view.state.index === index) return known
    const fresh: Kept = { folded: { view: createStepsView(index), vars: undefined }, size: 0, usedAt: 0, turn: Promise.resolve() }
    kept.set(run.id, fresh)
    return fresh
  }

  /** Adds what happened since the last look. */
  async function catchUp(entry: Kept, workspaceId: string, runId: string): Promise<void> {
    const { folded } = entry
    for (;;) {
      const events = await loadJournalAfter(database, workspaceId, runId, folded.view.state.seq, eventsAtOnce)
      for (const event of events) {
        if (event.kind === 'run.created') folded.vars = event.data.vars
        folded.view.add(event)
      }
      entry.size += events.length
      if (events.length < eventsAtOnce) return
    }
  }

  /** The least recently used go first, when there is too much or nobody has asked for long. */
  function forget(): void {
    let total = 0
    for (const { size } of kept.values()) total += size
    for (const [runId, { size, usedAt }] of kept) {
      if (total <= mostEvents && usedAt > performance.now() - keepMs) return
      kept.delete(runId)
      total -= size
    }
  }

  function sweepSoon(): void {
    sweep ??= setTimeout(() => {
      sweep = undefined
      forget()
      if (kept.size > 0) sweepSoon()
    }, keepMs).unref()
  }

  return {
    async look(workspaceId, run, use) {
      const entry = await entryOf(run)
      const turn = entry.turn.then(async () => {
        try {
          await catchUp(entry, workspaceId, run.id)
          const found = await use(entry.folded)
          entry.usedAt = performance.now()
          if (kept.delete(run.id)) kept.set(run.id, entry)
          forget()
          sweepSoon()
          return found
        } catch (error) {
          // Half of what came may be in it: the next look begins anew.
          if (kept.get(run.id) === entry) kept.delete(run.id)
          throw error
        }
      })
      entry.turn = turn.catch(() => undefined)
      return turn
    },
    close() {
      clearTimeout(sweep)
      kept.clear()
    },
  }
}
