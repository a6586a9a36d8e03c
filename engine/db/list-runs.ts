import { timeOfId } from '#shared/ids.ts'
import type { RunFilter } from '../engine-api.ts'
import type { Database } from './database.ts'
import { clockErrorMs } from './ended-after.ts'
import { runConditions } from './run-conditions.ts'
import type { ShownRun } from './run-row.ts'
import { searchRuns } from './search-runs.ts'

/** Ids begin with the time: what begins like one is looked up, everything else is words. */
const RunIdStart = /^run_[0-9a-hjkmnp-tv-z]{10,26}$/
/** The newest days of the history are read first, and all of it only when these hold too little. */
const newestDaysMs = 2 * 86_400_000

/** Runs of a workspace, newest first, those before `cursor` (a run's id); unfinished ones and the history as one list. */
export async function listRuns(database: Database, filter: RunFilter, limit: number, nowMs: number): Promise<ShownRun[]> {
  const from = fromOf(filter)
  const q = filter.q?.trim()
  if (q !== undefined && RunIdStart.test(q)) {
    const { where, values, page } = runConditions(filter, from)
    where((p) => `r.id >= ${p}`, q)
    where((p) => `r.id < ${p}`, `${q}~`)
    return database.read<ShownRun>(page(limit), values)
  }
  if (q !== undefined) return searchRuns(database, filter, q, limit)
  const newest = newestOf(filter, nowMs)
  if (from === undefined || from < newest) {
    const rows = await readPage(database, filter, limit, newest)
    if (rows.length === limit) return rows
  }
  return readPage(database, filter, limit, from)
}

/** No run is older than what it is a run of: that is the latest time before which there can be none. */
function fromOf({ workspaceId, flowId, from }: RunFilter): number | undefined {
  const made = [workspaceId, flowId ?? ''].map(timeOfId).filter((time) => time !== undefined)
  const bounds = made.map((time) => time - clockErrorMs)
  if (from !== undefined) bounds.push(Date.parse(from))
  return bounds.length === 0 ? undefined : Math.max(...bounds)
}

function newestOf({ cursor, to }: RunFilter, nowMs: number): number {
  const before = (cursor === undefined ? undefined : timeOfId(cursor)) ?? nowMs
  return Math.min(before, to === undefined ? nowMs : Date.parse(to)) - newestDaysMs
}

function readPage(database: Database, filter: RunFilter, limit: number, from: number | undefined): Promise<ShownRun[]> {
  const { values, page } = runConditions(filter, from)
  return database.read<ShownRun>(page(limit), values)
}
