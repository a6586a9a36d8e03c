import type { PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'

/** Those who share slots. */
export interface SlotKey {
  workspaceId: string
  flowId: string
  key: string
}

/** An attempt that needs a slot. */
export interface SlotAsk extends SlotKey {
  runId: string
  path: string
  limit: number
}

/** An attempt that got a slot it had been waiting for. */
export interface GrantedSlot {
  runId: string
  path: string
  /** Who holds the run and must hear of it; null when it was made ready for anybody. */
  workerId: string | null
  /** How many arrivals the run ever had, this news counted as one. */
  arrived: number
}

/** Holds the keys until the transaction ends: only one gives slots of a key away at a time, and counts what is committed. */
export async function lockSlotKeys(client: PoolClient, keys: readonly SlotKey[]): Promise<void> {
  const names = keys.map(({ workspaceId, flowId, key }) => JSON.stringify([workspaceId, flowId, key]))
  await client.query(
    `select pg_advisory_xact_lock(hash) from (
       select distinct hashtextextended(name, 5417) as hash from unnest($1::text[]) as name) as hashes order by hash`,
    [textArray(names)],
  )
}

/** Puts attempts in line; one that stands there, or has a slot already, stays as it is. */
export async function joinSlotLine(client: PoolClient, asks: readonly SlotAsk[]): Promise<void> {
  await client.query(
    `insert into engine.step_slots (workspace_id, flow_id, key, run_id, path, slot_limit, priority)
     select a.workspace_id, a.flow_id, a.key, a.run_id, a.path, a.slot_limit, r.priority
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[]) with ordinality
       as a(workspace_id, flow_id, key, run_id, path, slot_limit, n)
     join engine.runs r on r.workspace_id = a.workspace_id and r.id = a.run_id
     order by a.n
     on conflict (workspace_id, run_id, path) do nothing`,
    [
      textArray(asks.map((ask) => ask.workspaceId)),
      textArray(asks.map((ask) => ask.flowId)),
      textArray(asks.map((ask) => ask.key)),
      textArray(asks.map((ask) => ask.runId)),
      textArray(asks.map((ask) => ask.path)),
      plainArray(asks.map((ask) => ask.limit)),
    ],
  )
}

/** Which of these have a slot now. */
export async function findHeldSlots(client: PoolClient, asks: readonly SlotAsk[]): Promise<{ runId: string; path: string }[]> {
  const { rows } = await client.query<{ runId: string; path: string }>(
    `select s.run_id as "runId", s.path from unnest($1::text[], $2::text[], $3::text[]) as a(workspace_id, run_id, path)
     join engine.step_slots s using (workspace_id, run_id, path) where s.granted_at is not null`,
    [
      textArray(asks.map((ask) => ask.workspaceId)),
      textArray(asks.map((ask) => ask.runId)),
      textArray(asks.map((ask) => ask.path)),
    ],
  )
  return rows
}

/**
 * Gives the free slots of keys that are held to those first in line, and makes their runs go on; not those of `asking`,
 * who are told by whoever asks. Runs are locked in id order before their slots, as by every other writer of both.
 */
export async function grantSlots(
  client: PoolClient,
  keys: readonly SlotKey[],
  asking: readonly { runId: string; path: string }[],
): Promise<GrantedSlot[]> {
  const { rows } = await client.query<GrantedSlot>(
    `with wanted as materialized (
       select distinct * from unnest($1::text[], $2::text[], $3::text[]) as k(workspace_id, flow_id, key)),
     asking as materialized (select * from unnest($4::text[], $5::text[]) as a(run_id, path)),
     line as materialized (
       select k.workspace_id, l.run_id, l.path, l.slot_limit, taken.held + l.place as place
       from wanted k
       cross join lateral (
         select count(*) as held from engine.step_slots s
         where s.workspace_id = k.workspace_id and s.flow_id = k.flow_id and s.key = k.key and (s.granted_at is null) = false) taken
       cross join lateral (
         select s.run_id, s.path, s.slot_limit, row_number() over (order by s.priority desc, s.asked_at, s.run_id, s.path) as place
         from engine.step_slots s
         where s.workspace_id = k.workspace_id and s.flow_id = k.flow_id and s.key = k.key and (s.granted_at is null) = true
         order by s.priority desc, s.asked_at, s.run_id, s.path limit 200) l),
     chosen as materialized (
       select l.*, exists (select from asking a where a.run_id = l.run_id and a.path = l.path) as is_asking
       from line l where l.place <= l.slot_limit),
     held as materialized (
       select r.workspace_id, r.id from engine.runs r
       where (r.workspace_id, r.id) in (select workspace_id, run_id from chosen where not is_asking)
       order by r.id for no key update of r),
     granted as (
       update engine.step_slots s set granted_at = clock_timestamp()
       from chosen c
       where s.workspace_id = c.workspace_id and s.run_id = c.run_id and s.path = c.path
         and (c.is_asking or exists (select from held h where h.workspace_id = c.workspace_id and h.id = c.run_id))
       returning s.workspace_id, s.run_id, s.path, c.is_asking),
     told as (
       update engine.runs r set arrived = r.arrived + 1, ready = r.ready or (r.worker_id is null and r.status = 'waiting')
       from held h where r.workspace_id = h.workspace_id and r.id = h.id
       returning r.workspace_id, r.id, r.worker_id, r.arrived)
     select g.run_id as "runId", g.path, t.worker_id as "workerId", t.arrived
     from granted g join told t on t.workspace_id = g.workspace_id and t.id = g.run_id where not g.is_asking`,
    [
      textArray(keys.map((one) => one.workspaceId)),
      textArray(keys.map((one) => one.flowId)),
      textArray(keys.map((one) => one.key)),
      textArray(asking.map((one) => one.runId)),
      textArray(asking.map((one) => one.path)),
    ],
  )
  return rows
}
