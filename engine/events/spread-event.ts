import { evaluateCondition } from '#shared/expression/template.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { Value } from '#shared/expression/value.ts'
import type { JsonText } from '#shared/json.ts'
import { deliverEvents, type Delivery } from '../db/deliver-events.ts'
import type { Database } from '../db/database.ts'
import { type EventWait, findKeyedWaits, findOpenWaits, listMatchPaths } from '../db/find-event-waits.ts'
import type { PublishedEvent } from '../db/find-unlooked.ts'
import { markEventsLooked } from '../db/mark-looked.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../ports.ts'
import { valueTextAt } from './match-key.ts'
import type { EventStarter } from './start-by-event.ts'

export interface Spreader {
  database: Database
  log: Log
  now(): number
  startBy: EventStarter
  tell(runId: string, workerId: string | null): void
}

const waitsAtOnce = 1000
const deliveriesAtOnce = 1000

/**
 * Lets events of one name, in their order, have their effect: they start the runs they start, and every run with a wait
 * they may end is told of them. All of it may be done again, after a crash in the middle: a run is started once and told
 * once.
 */
export async function spreadEvents(spreader: Spreader, events: readonly PublishedEvent[]): Promise<void> {
  const [first] = events
  if (!first) return
  const { database } = spreader
  const { workspaceId, name } = first
  await spreader.startBy(events)
  failpoint('event.after-start')
  const deliveries: Delivery[] = []
  const deliver = async (): Promise<void> => {
    if (deliveries.length === 0) return
    for (const { runId, workerId } of await deliverEvents(database, deliveries.splice(0), spreader.now()))
      spreader.tell(runId, workerId)
  }
  const judged = events.map((event): Judged => {
    const data: Value = JSON.parse(event.data)
    return { event, data, fits: createJudge(event.data) }
  })
  for await (const [{ event }, runId] of fitting(database, judged)) {
    deliveries.push({ workspaceId, runId, eventId: event.id })
    if (deliveries.length >= deliveriesAtOnce) await deliver()
  }
  await deliver()
  for (const path of await listMatchPaths(database, workspaceId, name)) {
    for await (const [{ event }, runId] of fittingAt(database, path, judged)) {
      deliveries.push({ workspaceId, runId, eventId: event.id })
      if (deliveries.length >= deliveriesAtOnce) await deliver()
    }
  }
  await deliver()
  failpoint('event.after-delivery')
  await markEventsLooked(
    database,
    workspaceId,
    events.map(({ id }) => id),
  )
}

interface Judged {
  event: PublishedEvent
  data: Value
  fits: (wait: Pick<EventWait, 'match'>) => boolean
}

/** The runs with waits that are about no value in particular, and which of the events may end one: in order for each run. */
async function* fitting(database: Database, events: readonly Judged[]): AsyncGenerator<[Judged, runId: string]> {
  const [first] = events
  let after = { runId: '', path: '' }
  while (first) {
    const waits = await findOpenWaits(database, first.event, after, waitsAtOnce)
    for (const wait of waits) for (const one of events) if (wait.since <= one.event.at && one.fits(wait)) yield [one, wait.runId]
    const last = waits.at(-1)
    if (!last || waits.length < waitsAtOnce) return
    after = last
  }
}

/** The same for waits that are about the value at one place of the event. */
async function* fittingAt(database: Database, path: string, events: readonly Judged[]): AsyncGenerator<[Judged, runId: string]> {
  const [first] = events
  const sought = events.flatMap((one, index) => {
    const value = valueTextAt(one.data, path)
    return value === undefined ? [] : [{ index, value, at: one.event.at }]
  })
  let after = { index: -1, runId: '', path: '' }
  while (first && sought.length > 0) {
    const waits = await findKeyedWaits(database, first.event, { path, sought }, after, waitsAtOnce)
    for (const wait of waits) {
      const one = events[wait.index]
      if (one?.fits(wait)) yield [one, wait.runId]
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
