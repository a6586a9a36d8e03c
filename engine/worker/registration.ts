import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { idFrom } from '#shared/ids.ts'
import type { Database } from '../db/database.ts'
import { deleteWorker, insertWorker } from '../db/workers.ts'
import type { Log } from '../ports.ts'
import type { EngineTime } from './engine-time.ts'
import { type Heartbeat, startHeartbeat } from './heartbeat.ts'
import { ownPlace } from './process-place.ts'

export interface RegistrationOptions {
  database: Database
  directUrl: string
  leaseMs: number
  log: Log
  time: EngineTime
  /** From now on this is who writes; nothing is owned under this id yet. */
  onId(id: string): void
  /** Others have taken over all that was owned. */
  onGone(): void
  /** Entered again under a new id. */
  onBack(): void
}

/**
 * This process as one of the workers in the database: entered under an id, kept there by a heartbeat, and entered again
 * under another id when it was declared gone, as after a long pause.
 */
export interface Registration {
  /** Resolves once it is entered and its heart has beaten. */
  enter(): Promise<void>
  /** From this call on it is not entered again; resolves when no entering is under way. */
  close(): Promise<void>
  /** Ends the heartbeat and takes the worker off the list, unless it still owns something. */
  leave(): Promise<void>
  /** Resolves while the lease is far from over: only then may anything with an effect start. */
  untilLeaseIsFresh(): Promise<void>
  id(): string
}

export function createRegistration(options: RegistrationOptions): Registration {
  const { database, leaseMs, log, time } = options
  let id = newWorkerId()
  let heartbeat: Heartbeat | undefined
  let entering: Promise<void> | undefined
  let isClosed = false

  async function enter(): Promise<void> {
    while (!(await tryToEnter()));
  }

  /** False when others declared it gone before its heart had beaten once. */
  async function tryToEnter(): Promise<boolean> {
    id = newWorkerId()
    options.onId(id)
    const lockKey = randomBytes(8).readBigInt64BE().toString()
    await insertWorker(database, { id, ...ownPlace(), lockKey, leaseMs })
    const mine = id
    const begun = await startHeartbeat({
      url: options.directUrl,
      workerId: id,
      lockKey,
      leaseMs,
      onBeat: (databaseMs) => time.sync(databaseMs),
      onGone: () => {
        if (mine === id && !isClosed) entering ??= enterAgain()
      },
      onError: (message) => log.warn({ message }, 'A heartbeat could not be sent'),
    })
    if (begun) heartbeat = begun
    return begun !== undefined
  }

  async function enterAgain(): Promise<void> {
    log.warn({ workerId: id }, 'This worker was declared gone; it drops its runs and starts again')
    options.onGone()
    await heartbeat?.stop()
    while (!isClosed) {
      try {
        await enter()
        break
      } catch (error) {
        log.warn({ err: error }, 'This worker could not be entered again; trying on')
        await sleep(Math.min(1000, leaseMs / 3))
      }
    }
    entering = undefined
    options.onBack()
  }

  return {
    enter,
    async close() {
      isClosed = true
      await entering
    },
    async leave() {
      await heartbeat?.stop()
      await deleteWorker(database, id)
    },
    untilLeaseIsFresh: () => heartbeat?.untilFresh() ?? Promise.resolve(),
    id: () => id,
  }
}

function newWorkerId(): string {
  return idFrom('worker', Date.now(), randomBytes(10))
}
