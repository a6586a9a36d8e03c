import type { RunFacts } from '../run-facts.ts'
import type { Database } from './database.ts'

/** An unfinished run as its row says, without its data. */
export interface RunRow extends RunFacts {
  arrived: number
  lostBy: 'crash' | 'lease' | null
}

export interface Claimed {
  runs: RunRow[]
  /** Engine time at which the next unowned run falls due. */
  nextDueAt: number | null
}

export interface ClaimedRow extends Omit<RunRow, 'lane'> {
  lane: string | null
  slots: string | null
}

/** A claimed run `c`, which knows as `was_lost_by` how its last owner was lost. */
export const claimedColumns = `c.workspace_id as "workspaceId", c.id as "runId", c.epoch, c.flow_id as "flowId", c.version,
  c.plan_hash as "planHash", c.request_id as "requestId",
  (extract(epoch from c.created_at) * 1000)::float8 as "createdAt",
  (extract(epoch from c.started_at) * 1000)::float8 as "startedAt",
  c.arrived, c.was_lost_by as "lostBy", c.lane, c.slots`

export function runFromClaimed({ lane, slots, ...row }: ClaimedRow): RunRow {
  return { ...row, lane: lane === null ? null : { lane, slots } }
}

/**
 * Gives this worker up to `limit` runs without a lane that are ready or due, the most urgent first, and says when the next falls due.
 *
 * Workers that ask at the same time get different runs. The epoch rises with every claim, so nothing an earlier owner
 * still sends can be written. A worker that counts as gone gets nothing.
 */
export async function claimRuns(database: Database, workerId: string, offsetMs: number, limit: number): Promise<Claimed> {
  const rows = await database.write<ClaimedRow & { nextDueAt: number | null }>(
    `with alive as materialized (
       select id from engine.workers where id = $1 and state = 'live' for key share),
     due as materialized (
       select workspace_id, id, lost_by from engine.runs
       where worker_id is null and not ready and not held and lane is null
         and due_at <= now() + $2::float8 * interval '1 ms' and exists (select from alive)
       order by due_at limit $3 for no key update skip locked),
     claimable as materialized (
       select workspace_id, id, lost_by from engine.runs
       where ready and lane is null and exists (select from alive)
       order by priority desc, id limit $3 for no key update skip locked),
     picked as (select * from due union all select * from claimable limit $3),
     claimed as (
       update engine.runs r
       set worker_id = $1, epoch = r.epoch + 1, status = 'running', ready = false, due_at = null, lost_by = null,
         started_at = coalesce(r.started_at, now() + $2::float8 * interval '1 ms')
       from picked p where r.workspace_id = p.workspace_id and r.id = p.id
       returning r.*, p.lost_by as was_lost_by),
     next as (
       select due_at from engine.runs
       where worker_id is null and not ready and not held and lane is null and due_at > now() + $2::float8 * interval '1 ms'
       order by due_at limit 1)
     select ${claimedColumns}, (extract(epoch from n.due_at) * 1000)::float8 as "nextDueAt"
     from (select 1) as one left join next n on true left join claimed c on true`,
    [workerId, offsetMs, limit],
  )
  return { runs: rows.filter((row) => row.runId !== null).map(runFromClaimed), nextDueAt: rows[0]?.nextDueAt ?? null }
}
