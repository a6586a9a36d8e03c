import { idFrom } from '#shared/ids.ts'
import type { Database } from './database.ts'
import { waitingReasons } from './mark-requests.ts'

/** A request and its run are made at the same time, give or take the end of a day; of one kept for later that is not so. */
const lateRun = "engine.first_id('run', $1::timestamptz + interval '2 days')"
const ofDay = `id >= engine.first_id('req', $1::timestamptz) and id < engine.first_id('req', $1::timestamptz + interval '1 day')`

/**
 * Whether a request of that day waits for its flow to go on, could be sent through yet and came since `keptBefore`, or
 * belongs to a run that was made later and is kept.
 */
export async function holdsLateRequests(database: Database, day: string, keptBefore: number): Promise<boolean> {
  const rows = await database.read(
    `select from engine.requests q
     where ${ofDay} and ((q.state = 'kept' and (q.reason = 'paused' or q.sending or (q.reason in ${waitingReasons} and q.id >= $2))) or (q.state = 'started' and q.run_id >= ${lateRun} and (
       exists (select from engine.runs r where r.workspace_id = q.workspace_id and r.id = q.run_id)
       or exists (select from engine.history h where h.workspace_id = q.workspace_id and h.id = q.run_id))))
     limit 1`,
    [day, idFrom('request', Math.max(0, keptBefore), new Uint8Array(10))],
  )
  return rows.length === 1
}

/** Deletes requests of that day whose runs were made with them and are gone. Gives how many. */
export async function forgetEarlyRequests(database: Database, day: string, limit: number): Promise<number> {
  const rows = await database.write(
    `with old as materialized (
       select workspace_id, id from engine.requests
       where ${ofDay} and state = 'started' and run_id < ${lateRun} limit $2 for update skip locked)
     delete from engine.requests q using old where q.workspace_id = old.workspace_id and q.id = old.id
     returning 1`,
    [day, limit],
  )
  return rows.length
}
