import { setTimeout as sleep } from 'node:timers/promises'
import {
  findHeldSlots,
  type GrantedSlot,
  grantSlots,
  joinSlotLine,
  lockSlotKeys,
  type SlotAsk,
  type SlotKey,
} from '../db/ask-slots.ts'
import type { Database } from '../db/database.ts'
import { isDataError } from '../db/is-data-error.ts'
import { deleteOrphanSlots, findSlotKeys } from '../db/find-slot-keys.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../ports.ts'

/** Gives slots that steps share to attempts, in the order they asked, more urgent runs first. */
export interface SlotDesk {
  /** Whether the attempt may begin now. If not it stands in line, and its run hears of its turn. */
  ask(ask: SlotAsk): Promise<boolean>
  /** Slots of these keys were given back: others may have them. */
  freed(keys: readonly SlotKey[]): void
  /** Looks whether somebody waits for a slot that is free, as after a crash. */
  look(): void
  stop(): Promise<void>
}

/** What one transaction answers at the most. */
const atOnce = 500
const calmMs = 1000
/** While the database is away. */
const pauseMs = 500

export function createSlotDesk(options: {
  database: Database
  log: Log
  onGranted(slots: readonly GrantedSlot[]): void
}): SlotDesk {
  const { database, log } = options
  let asks: { ask: SlotAsk; resolve: (isGranted: boolean) => void; reject: (error: unknown) => void }[] = []
  let free = new Map<string, SlotKey>()
  let isLookWanted = false
  let lookedAt = Number.NEGATIVE_INFINITY
  let isStopped = false
  let working: Promise<void> | undefined

  function wake(): void {
    // Not at once: what is asked in one turn of the event loop is answered together.
    working ??= new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
      .then(work)
      .finally(() => {
        working = undefined
        if (asks.length > 0 || free.size > 0) wake()
      })
  }

  async function work(): Promise<void> {
    while (asks.length > 0 || free.size > 0 || isLookWanted) {
      if (isLookWanted) await lookAround()
      const mine = asks.slice(0, atOnce)
      asks = asks.slice(atOnce)
      const keys = [...free.values()]
      free = new Map()
      if (mine.length > 0 || keys.length > 0) await answer(mine, keys)
    }
  }

  async function answer(mine: typeof asks, keys: readonly SlotKey[]): Promise<void> {
    const wanted = mine.map(({ ask }) => ask)
    try {
      const { held, granted } = await database.transaction(async (_tx, client) => {
        const all = [...wanted, ...keys]
        await lockSlotKeys(client, all)
        if (wanted.length > 0) await joinSlotLine(client, wanted)
        const given = await grantSlots(client, all, wanted)
        const answers = { held: wanted.length > 0 ? await findHeldSlots(client, wanted) : [], granted: given }
        failpoint('slot.before-commit')
        return answers
      })
      failpoint('slot.after-commit')
      const names = new Set(held.map(({ runId, path }) => `${runId} ${path}`))
      for (const { ask, resolve } of mine) resolve(names.has(`${ask.runId} ${ask.path}`))
      options.onGranted(granted)
    } catch (error) {
      if (isStopped || isDataError(error)) {
        for (const { reject } of mine) reject(error)
        return
      }
      // Asked again, an attempt that was put in line already stays where it is.
      log.warn({ err: error }, 'Slots could not be given away; trying again')
      asks = [...mine, ...asks]
      for (const key of keys) free.set(nameOf(key), key)
      await sleep(pauseMs)
    }
  }

  async function lookAround(): Promise<void> {
    isLookWanted = false
    lookedAt = performance.now()
    try {
      const keys = await findSlotKeys(database)
      if (keys.length === 0) return
      for (const key of [...(await deleteOrphanSlots(database)), ...keys]) free.set(nameOf(key), key)
    } catch (error) {
      log.warn({ err: error }, 'Looking for free slots failed; trying again at the next look')
    }
  }

  return {
    ask(ask) {
      return new Promise((resolve, reject) => {
        asks.push({ ask, resolve, reject })
        wake()
      })
    },
    freed(keys) {
      if (isStopped) return
      for (const key of keys) free.set(nameOf(key), key)
      if (free.size > 0) wake()
    },
    look() {
      // Slots are given on by whoever frees them; this is for those who died before they could.
      if (isStopped || performance.now() - lookedAt < calmMs) return
      isLookWanted = true
      wake()
    },
    async stop() {
      isStopped = true
      await working
    },
  }
}

function nameOf({ workspaceId, flowId, key }: SlotKey): string {
  return JSON.stringify([workspaceId, flowId, key])
}
