import type { PoolClient } from 'pg'
import { textArray } from './array-literal.ts'

/** A run that stands in line in a lane which has a slot free. */
export interface Candidate {
  runId: string
  lane: string
  slots: string | null
  slotLimit: number | null
  throttle: string | null
  planHash: string
  priority: number
  /** It has begun before: it only goes on. */
  isWaking: boolean
  /** It waited and was cancelled: it only ends, and needs no slot for that. */
  isEnding: boolean
  /** How many who share its slots are running, and how many of them of its lane. */
  taken: number
  takenInLane: number
}

/** How many lanes are looked into at once, and how far into each. */
export const mostLanes = 200
export const mostOfALane = 50

/** Holds a flow's lanes until the transaction ends: only one claims from them at a time, and counts what is committed. */
export async function lockFlowLanes(client: PoolClient, workspaceId: string, flowId: string): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 8261))`, [JSON.stringify([workspaceId, flowId])])
}

/**
 * Those who could be next in a flow's lanes (all, or some of them), a few of each lane in the order of its queue. Lanes
 * whose slots are taken or whose throttle gives nothing now are passed over, but for runs that only have to end.
 */
export async function findCandidates(
  client: PoolClient,
  {
    workspaceId,
    flowId,
    lanes,
    offsetMs,
  }: { workspaceId: string; flowId: string; lanes: readonly string[] | null; offsetMs: number },
): Promise<Candidate[]> {
  const { rows } = await client.query<Candidate>(
    `with recursive walked as (
       (select lane from engine.runs
        where workspace_id = $1 and flow_id = $2 and lane is not null and ready and $3::text[] is null order by lane limit 1)
       union all
       select (select lane from engine.runs
         where workspace_id = $1 and flow_id = $2 and lane is not null and ready and lane > w.lane order by lane limit 1)
       from walked w where w.lane is not null),
     asked as (select lane from walked where lane is not null union all select unnest($3::text[])),
     free as (
       select a.lane, taken.taken, taken.in_lane
       from asked a
       cross join lateral (
         select slots, slot_limit, throttle, started_at, priority from engine.runs
         where workspace_id = $1 and flow_id = $2 and lane = a.lane and lane is not null and ready
         order by (started_at is null), priority desc, id limit 1) head
       cross join lateral (
         select count(*)::int as taken, (count(*) filter (where lane = a.lane))::int as in_lane from engine.runs
         where workspace_id = $1 and flow_id = $2 and slots = head.slots and slots is not null and worker_id is not null) taken
       where (head.slots is null or taken.taken < head.slot_limit)
         and (head.started_at is not null or head.throttle is null or not exists (
           select from engine.lanes l where l.workspace_id = $1 and l.flow_id = $2 and l.kind = 'throttle'
             and l.key = head.throttle and l.free_at > clock_timestamp() + $4::float8 * interval '1 ms'))
        -- Of many, others every time: none is passed over for ever.
       order by (head.started_at is null), head.priority desc, random() limit ${mostLanes})
     select e.id as "runId", a.lane, e.slots, e.slot_limit as "slotLimit", e.throttle, e.plan_hash as "planHash", e.priority,
       true as "isWaking", true as "isEnding", 0 as taken, 0 as "takenInLane"
     from asked a
     cross join lateral (
       select * from engine.runs r
       where workspace_id = $1 and flow_id = $2 and lane = a.lane and lane is not null and ready
         and (started_at is null) = false and status = 'waiting' and arrived > 0
         and exists (select from engine.arrivals c
           where c.workspace_id = r.workspace_id and c.run_id = r.id and c.path = '' and c.kind = 'cancel')
       limit ${mostOfALane}) e
     union all
     select q.id as "runId", f.lane, q.slots, q.slot_limit as "slotLimit", q.throttle, q.plan_hash as "planHash", q.priority,
       q.started_at is not null as "isWaking", false as "isEnding", f.taken, f.in_lane as "takenInLane"
     from free f
     cross join lateral (
       select * from engine.runs
       where workspace_id = $1 and flow_id = $2 and lane = f.lane and lane is not null and ready
         and (started_at is not null or start_by is null or start_by > now() + $4::float8 * interval '1 ms')
       order by (started_at is null), priority desc, id limit ${mostOfALane}) q`,
    [workspaceId, flowId, lanes === null ? null : textArray(lanes), offsetMs],
  )
  return rows
}
