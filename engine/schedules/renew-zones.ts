import { nextTick } from '#shared/schedule/next-tick.ts'
import type { Database } from '../db/database.ts'
import { advanceSchedules, lockOutdatedSchedules } from '../db/schedules.ts'
import { scheduleFrom } from './arrange-schedules.ts'
import { dueAtOf } from './due-at.ts'
import { seedOf } from './seed-of.ts'
import { zonesEdition } from './zones-edition.ts'

const atOnce = 200

/**
 * A country sets its clocks otherwise from now on, and a server was started that knows: what comes next may come sooner
 * or later than was worked out before. Gives how many schedules were worked out anew. What has come already stays.
 */
export async function renewZones(database: Database, now: () => number): Promise<number> {
  for (let total = 0; ;) {
    const count = await database.transaction(async (_tx, client) => {
      const outdated = await lockOutdatedSchedules(client, zonesEdition, now(), atOnce)
      const renewed = outdated.map((row) => {
        const schedule = scheduleFrom(row)
        const next = nextTick(schedule, now())
        const dueAt = next === undefined ? null : dueAtOf(schedule, seedOf(row), next)
        return { ...row, nextAt: next ?? null, dueAt, zones: zonesEdition }
      })
      if (renewed.length > 0) await advanceSchedules(client, renewed)
      return renewed.length
    })
    total += count
    if (count < atOnce) return total
  }
}
