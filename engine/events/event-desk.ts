import { randomBytes } from 'node:crypto'
import { idFrom } from '#shared/ids.ts'
import type { JsonText } from '#shared/json.ts'
import type { Value } from '#shared/expression/value.ts'
import type { Database } from '../db/database.ts'
import { findUnlookedEvents, findUnlookedRuns, type PublishedEvent } from '../db/find-unlooked.ts'
import { insertPublished } from '../db/insert-published.ts'
import { insertSignal } from '../db/insert-signal.ts'
import type { EngineTime } from '../worker/engine-time.ts'
import { failpoint } from '../failpoint.ts'
import { plainName } from './plain-name.ts'
import type { Log } from '../ports.ts'
import { lookForEvents } from './look-for-events.ts'
import { valuesIn } from './match-key.ts'
import { spreadEvents } from './spread-event.ts'
import type { EventStarter } from './start-by-event.ts'

export interface NewlyPublished {
  workspaceId: string
  name: string
  data: JsonText
  /** The sender's own: the same one counts once, for seven days. */
  id?: string
}

export interface Signal extends NewlyPublished {
  runId: string
}

/** Where events come in and waits for them ask: both sides of a meeting that neither may miss. */
export interface EventDesk {
  /** Keeps an event; durable when it resolves. Runs hear of it and are started by it afterwards, whatever dies. */
  publish(event: NewlyPublished): Promise<{ id: string; isNew: boolean }>
  /** The same for one run alone; undefined when it is over. */
  signal(signal: Signal): Promise<{ isNew: boolean } | undefined>
  /** Looks soon for events that came before the waits this run has opened. */
  lookSoon(workspaceId: string, runId: string): void
  look(workspaceId: string, runId: string): Promise<void>
  /** Finishes what others have begun and left: all that was begun before that engine time. */
  sweep(beforeMs: number): void
  idle(): Promise<void>
}

export interface EventDeskOptions {
  database: Database
  time: EngineTime
  log: Log
  startBy: EventStarter
  tellOfArrival(runId: string, workerId: string | null): void
}

interface Looked {
  workspaceId: string
  runId: string
  done: PromiseWithResolvers<void>
}

/** How many events of one name are told of together, and how many runs a look is about. */
const spreadAtOnce = 100
const lookAtOnce = 500
const sweptAtOnce = 200

export function createEventDesk(options: EventDeskOptions): EventDesk {
  const { database, time, log } = options
  const toSpread = new Map<string, PublishedEvent[]>()
  const underWay = new Set<Promise<void>>()
  const toLook = new Map<string, Looked>()
  let isLooking = false

  function track(work: Promise<void>): void {
    const kept = work.catch((error: unknown) =>
      log.warn({ err: error }, 'An event could not be told to everybody; the next look does it'),
    )
    underWay.add(kept)
    void kept.then(() => underWay.delete(kept))
  }

  /** Events of one name one after the other, so that runs hear of them in their order. */
  function spreadSoon(event: PublishedEvent): void {
    const place = JSON.stringify([event.workspaceId, event.name])
    const ahead = toSpread.get(place)
    if (ahead) {
      ahead.push(event)
      return
    }
    const events = [event]
    toSpread.set(place, events)
    track(spreadAll(place, events))
  }

  async function spreadAll(place: string, events: PublishedEvent[]): Promise<void> {
    try {
      while (events.length > 0) await spread(events.splice(0, spreadAtOnce))
    } finally {
      toSpread.delete(place)
    }
  }

  function spread(events: readonly PublishedEvent[]): Promise<void> {
    return spreadEvents({ database, log, now: time.now, startBy: options.startBy, tell: options.tellOfArrival }, events)
  }

  /** What many runs want looked for at the same time is looked for together. */
  function lookFor(workspaceId: string, runId: string): Promise<void> {
    const waiting = toLook.get(runId)
    if (waiting) return waiting.done.promise
    const looked = { workspaceId, runId, done: Promise.withResolvers<void>() }
    toLook.set(runId, looked)
    if (!isLooking) track(lookAll())
    return looked.done.promise
  }

  async function lookAll(): Promise<void> {
    isLooking = true
    while (toLook.size > 0) {
      const runs = [...toLook.values()].slice(0, lookAtOnce)
      for (const { runId } of runs) toLook.delete(runId)
      await look(runs).then(
        () => runs.forEach(({ done }) => done.resolve()),
        (error: unknown) => runs.forEach(({ done }) => done.reject(error)),
      )
    }
    isLooking = false
  }

  function look(runs: readonly { workspaceId: string; runId: string }[]): Promise<void> {
    failpoint('wait.before-look')
    return lookForEvents({ database, log, now: time.now, tell: options.tellOfArrival }, runs)
  }

  async function sweep(beforeMs: number): Promise<void> {
    for (const event of await findUnlookedEvents(database, beforeMs, sweptAtOnce)) await spread([event])
    const runs = await findUnlookedRuns(database, beforeMs, sweptAtOnce)
    if (runs.length > 0) await look(runs)
  }

  return {
    async publish({ workspaceId, name, data, id: key }) {
      const now = time.now()
      const parsed: Value = JSON.parse(data)
      const event = {
        workspaceId,
        id: idFrom('event', now, randomBytes(10)),
        key: key ?? null,
        name: plainName(name),
        data,
        valuesAt: valuesIn(parsed),
      }
      const { id, at, isNew } = await insertPublished(database, event, time.clock.offsetMs())
      failpoint('event.after-commit')
      if (isNew) spreadSoon({ workspaceId, id, name, data, at })
      return { id, isNew }
    },
    async signal({ workspaceId, runId, name, data, id }) {
      const key = `signal:${plainName(name)}:${id === undefined ? `~${randomBytes(12).toString('base64url')}` : `=${id}`}`
      const body = `{"name":${JSON.stringify(name)},"data":${data}}`
      const outcome = await insertSignal(database, { workspaceId, runId, key, body }, time.clock.offsetMs())
      if (!outcome) return undefined
      options.tellOfArrival(runId, outcome.workerId)
      return { isNew: outcome.isFirst }
    },
    lookSoon: (workspaceId, runId) => track(lookFor(workspaceId, runId)),
    look: lookFor,
    sweep: (beforeMs) => track(sweep(beforeMs)),
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
