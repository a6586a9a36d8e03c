import type { Database } from '../db/database.ts'
import { deleteExpiredKeys } from '../db/find-key.ts'
import { deleteRuns, findOldRuns, type OldRuns } from '../db/forget-runs.ts'
import { forgetOnceKeys } from '../db/forget-once-keys.ts'
import { forgetRequests, forgetSurplus, listInboxes } from '../db/forget-requests.ts'
import type { Retention } from '../engine-api.ts'
import { forgetEarlyRequests, holdsLateRequests } from '../db/late-requests.ts'
import { dropDay, findBlockedDays, forgetWaitsOfDay, listDays, listFreeDays } from '../db/history-days.ts'

interface Forgetting {
  database: Database
  /** Ends it early: what is left is forgotten the next time. */
  signal: AbortSignal
}

const dayMs = 86_400_000
const runsAtOnce = 500
const rowsAtOnce = 5000
/** What holds of requests where nothing else is said. */
const keptDays = 90
const mostKept = 100_000

/**
 * Forgets finished runs, with all that belongs to them, that are kept no longer. Days that nobody keeps any longer are
 * dropped whole; where some are kept longer than others, the others are deleted in batches. Can stop anywhere and be
 * done again, by several processes at once.
 */
export async function forgetOldRuns(how: Forgetting, retention: Retention, nowMs: number): Promise<void> {
  const flows = await retention.ofFlows()
  const { keptRequestDays = keptDays, mostRequests = mostKept } = retention
  const keptBefore = (days: number) => nowMs - Math.max(days, keptRequestDays) * dayMs
  const longest = Math.max(retention.days, ...flows.map(({ days }) => days))
  for (const { workspaceId, flowId, days } of flows) {
    const before = nowMs - days * dayMs
    if (days < longest) {
      await forgetRuns(how, { before, flow: { workspaceId, flowId } })
      await untilFew(how, () =>
        forgetRequests(how.database, { workspaceId, flowId }, { before, keptBefore: keptBefore(days) }, rowsAtOnce),
      )
    }
    await untilFew(how, () => forgetOnceKeys(how.database, { workspaceId, flowId }, before, rowsAtOnce))
  }
  const others = flows.map(({ flowId }) => flowId)
  const before = nowMs - retention.days * dayMs
  if (retention.days < longest) {
    await forgetRuns(how, { before, exceptFlows: others })
    await untilFew(how, () =>
      forgetRequests(how.database, { exceptFlows: others }, { before, keptBefore: keptBefore(retention.days) }, rowsAtOnce),
    )
  }
  for (const inbox of await listInboxes(how.database))
    await untilFew(how, () => forgetSurplus(how.database, inbox, mostRequests, rowsAtOnce))
  await untilFew(how, () => forgetOnceKeys(how.database, { exceptFlows: others }, before, rowsAtOnce))
  await untilFew(how, () => deleteExpiredKeys(how.database, rowsAtOnce))
  await dropOldDays(how, nowMs - longest * dayMs, keptBefore(longest))
}

/** Forgets everything of runs that ended on days that are over before that time. */
async function dropOldDays(how: Forgetting, beforeMs: number, keptBefore: number): Promise<void> {
  const { database } = how
  for (const day of await listDays(database, 'history', beforeMs)) {
    if (how.signal.aborted) return
    // What such a run left with days that stay can't be dropped with them.
    for (const madeOn of await findBlockedDays(database, day, beforeMs))
      await forgetRuns(how, { before: beforeMs, ended: day, madeOn })
    await forgetWaitsOfDay(database, day)
    await dropDay(database, 'history', day)
  }
  await forgetRuns(how, { before: beforeMs, inRest: true })
  await untilFew(how, () => forgetRequests(database, { exceptFlows: [] }, { before: beforeMs, keptBefore }, rowsAtOnce))
  const heldUp = new Set<string>()
  for (const { table, day } of await listFreeDays(database, beforeMs)) {
    if (how.signal.aborted) return
    if (table === 'requests' && (await holdsLateRequests(database, day, keptBefore)))
      await untilFew(how, () => forgetEarlyRequests(database, day, rowsAtOnce))
    else if (!heldUp.has(table) && !(await dropDay(database, table, day))) heldUp.add(table)
  }
}

async function forgetRuns(how: Forgetting, which: OldRuns): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined && !how.signal.aborted;) {
    const runs = await findOldRuns(how.database, which, after, runsAtOnce)
    await deleteRuns(how.database, runs, which.before)
    after = runs.length === runsAtOnce ? runs.at(-1)?.id : undefined
  }
}

async function untilFew({ signal }: Forgetting, forget: () => Promise<number>): Promise<void> {
  while (!signal.aborted && (await forget()) === rowsAtOnce);
}
