import { evaluateCondition } from '#shared/expression/template.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { Value } from '#shared/expression/value.ts'
import type { JsonText } from '#shared/json.ts'
import { deliverEvents } from '../db/deliver-events.ts'
import type { Database } from '../db/database.ts'
import { type EventWait, findEventWaits, listMatchPaths } from '../db/find-event-waits.ts'
import type { PublishedEvent } from '../db/find-unlooked.ts'
import { markEventLooked } from '../db/mark-looked.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../ports.ts'
import { type MatchKey, valueTextAt } from './match-key.ts'
import type { EventStarter } from './start-by-event.ts'

export interface Spreader {
  database: Database
  log: Log
  now(): number
  startBy: EventStarter
  tell(runId: string, workerId: string | null): void
}

const waitsAtOnce = 1000

/**
 * Lets an event have its effect: it starts the runs it starts, and every run with a wait it may end is told of it. All
 * of it may be done again, after a crash in the middle: a run is started once and told once.
 */
export async function spreadEvent(spreader: Spreader, event: PublishedEvent): Promise<void> {
  await spreader.startBy(event)
  failpoint('event.after-start')
  const data: Value = JSON.parse(event.data)
  await tellWaits(spreader, event, undefined)
  for (const path of await listMatchPaths(spreader.database, event.workspaceId, event.name)) {
    const value = valueTextAt(data, path)
    if (value !== undefined) await tellWaits(spreader, event, { path, value })
  }
  failpoint('event.after-delivery')
  await markEventLooked(spreader.database, event.workspaceId, event.id)
}

async function tellWaits({ database, now, tell }: Spreader, event: PublishedEvent, key: MatchKey | undefined): Promise<void> {
  const fits = createJudge(event.data)
  let after = { runId: '', path: '' }
  for (;;) {
    const waits = await findEventWaits(database, event, key, after, waitsAtOnce)
    const runIds = new Set(waits.filter(fits).map(({ runId }) => runId))
    if (runIds.size > 0) {
      const { workspaceId, id: eventId } = event
      const told = await deliverEvents(
        database,
        Array.from(runIds, (runId) => ({ workspaceId, runId, eventId })),
        now(),
      )
      for (const { runId, workerId } of told) tell(runId, workerId)
    }
    const last = waits.at(-1)
    if (!last || waits.length < waitsAtOnce) return
    after = last
  }
}

/** Whether an event may end a wait, as far as the event alone can tell. Each condition is worked out once. */
export function createJudge(data: JsonText): (wait: Pick<EventWait, 'match'>) => boolean {
  const known = new Map<string, boolean>()
  return ({ match }) => {
    if (match === null) return true
    const before = known.get(match)
    if (before !== undefined) return before
    const result = fitsAlone(match, data)
    known.set(match, result)
    return result
  }
}

function fitsAlone(match: string, data: JsonText): boolean {
  try {
    return evaluateCondition(match, scopeOfEvent(data))
  } catch {
    // What can't be worked out of this event doesn't hold.
    return false
  }
}

function scopeOfEvent(data: JsonText): ExpressionScope {
  return {
    root: (name) => (name === 'event' ? data : undefined),
    step: () => undefined,
    run: { id: '', flowId: '', version: 'draft', startedAt: '', resumeUrl: () => '', approvalUrl: () => '' },
    now: 0,
  }
}
