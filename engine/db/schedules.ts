import type { PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'
import type { Database } from './database.ts'

export interface SchedulePlace {
  workspaceId: string
  flowId: string
  triggerId: string
}

export interface ScheduleRow extends SchedulePlace {
  version: number
  planHash: string
  /** JSON, as it was published. */
  params: string
  /** The first time that is not seen to; null: none is left, or the flow is turned off. */
  nextAt: number | null
  dueAt: number | null
  lastAt: number | null
  /** The edition of time zones that the next time was worked out with. */
  zones: string
}

const columns = `s.workspace_id as "workspaceId", s.flow_id as "flowId", s.trigger_id as "triggerId", s.version,
  s.plan_hash as "planHash", s.params, (extract(epoch from s.next_at) * 1000)::float8 as "nextAt",
  (extract(epoch from s.due_at) * 1000)::float8 as "dueAt", (extract(epoch from s.last_at) * 1000)::float8 as "lastAt", s.zones`

/** Of a schedule `s`. */
export const isSchedulePaused = `exists (select from engine.paused_flows p where p.workspace_id = s.workspace_id and p.flow_id = s.flow_id)`

export function listSchedules(database: Database, workspaceId: string, flowId: string): Promise<ScheduleRow[]> {
  return database.read<ScheduleRow>(
    `select ${columns} from engine.schedules s where s.workspace_id = $1 and s.flow_id = $2 order by s.trigger_id`,
    [workspaceId, flowId],
  )
}

/** Those of a flow, kept as they are until the transaction ends. */
export async function lockSchedules(client: PoolClient, workspaceId: string, flowId: string): Promise<ScheduleRow[]> {
  const { rows } = await client.query<ScheduleRow>(
    `select ${columns} from engine.schedules s where s.workspace_id = $1 and s.flow_id = $2 order by s.trigger_id for update`,
    [workspaceId, flowId],
  )
  return rows
}

/** These and no others are the flow's. */
export async function putSchedules(
  client: PoolClient,
  workspaceId: string,
  flowId: string,
  rows: readonly ScheduleRow[],
): Promise<void> {
  await client.query(
    `with gone as (
       delete from engine.schedules where workspace_id = $1 and flow_id = $2 and trigger_id <> all ($3::text[]))
     insert into engine.schedules (workspace_id, flow_id, trigger_id, version, plan_hash, params, next_at, due_at, last_at, zones)
     select $1, $2, s.trigger_id, s.version, s.plan_hash, s.params, to_timestamp(s.next_at / 1000),
       to_timestamp(s.due_at / 1000), to_timestamp(s.last_at / 1000), s.zones
     from unnest($3::text[], $4::int[], $5::text[], $6::text[], $7::float8[], $8::float8[], $9::float8[], $10::text[])
       as s(trigger_id, version, plan_hash, params, next_at, due_at, last_at, zones)
     on conflict (workspace_id, flow_id, trigger_id) do update
       set version = excluded.version, plan_hash = excluded.plan_hash, params = excluded.params, next_at = excluded.next_at,
         due_at = excluded.due_at, last_at = excluded.last_at, zones = excluded.zones`,
    [
      workspaceId,
      flowId,
      textArray(rows.map((row) => row.triggerId)),
      plainArray(rows.map((row) => row.version)),
      textArray(rows.map((row) => row.planHash)),
      textArray(rows.map((row) => row.params)),
      plainArray(rows.map((row) => row.nextAt)),
      plainArray(rows.map((row) => row.dueAt)),
      plainArray(rows.map((row) => row.lastAt)),
      textArray(rows.map((row) => row.zones)),
    ],
  )
}

/** Schedules whose time has come and whose flow is not paused, the longest due first. */
export function listDueSchedules(database: Database, now: number, limit: number): Promise<ScheduleRow[]> {
  return database.read<ScheduleRow>(
    `select ${columns} from engine.schedules s
     where s.due_at <= to_timestamp($1::float8 / 1000) and not ${isSchedulePaused} order by s.due_at limit $2`,
    [now, limit],
  )
}

/** When somebody has to look again: the first time that is still to come. */
export async function findNextDue(database: Database, now: number): Promise<number | undefined> {
  const [row] = await database.read<{ at: number | null }>(
    `select (extract(epoch from min(due_at)) * 1000)::float8 as at from engine.schedules
     where due_at > to_timestamp($1::float8 / 1000)`,
    [now],
  )
  return row?.at ?? undefined
}

/** Those of these that are still due and that nobody else has in hand, held until the transaction ends. */
export async function lockDueSchedules(
  client: PoolClient,
  places: readonly SchedulePlace[],
  now: number,
): Promise<ScheduleRow[]> {
  const { rows } = await client.query<ScheduleRow>(
    `select ${columns} from engine.schedules s
     join unnest($1::text[], $2::text[], $3::text[]) as d(workspace_id, flow_id, trigger_id)
       using (workspace_id, flow_id, trigger_id)
     where s.due_at <= to_timestamp($4::float8 / 1000) and not ${isSchedulePaused}
     order by s.workspace_id, s.flow_id, s.trigger_id for update of s skip locked`,
    [
      textArray(places.map((place) => place.workspaceId)),
      textArray(places.map((place) => place.flowId)),
      textArray(places.map((place) => place.triggerId)),
      now,
    ],
  )
  return rows
}

/** They are seen to up to here. */
export async function advanceSchedules(
  client: PoolClient,
  rows: readonly Pick<ScheduleRow, keyof SchedulePlace | 'nextAt' | 'dueAt' | 'lastAt' | 'zones'>[],
): Promise<void> {
  await client.query(
    `update engine.schedules s set next_at = to_timestamp(n.next_at / 1000), due_at = to_timestamp(n.due_at / 1000),
       last_at = to_timestamp(n.last_at / 1000), zones = n.zones
     from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::float8[], $7::text[])
       as n(workspace_id, flow_id, trigger_id, next_at, due_at, last_at, zones)
     where s.workspace_id = n.workspace_id and s.flow_id = n.flow_id and s.trigger_id = n.trigger_id`,
    [
      textArray(rows.map((row) => row.workspaceId)),
      textArray(rows.map((row) => row.flowId)),
      textArray(rows.map((row) => row.triggerId)),
      plainArray(rows.map((row) => row.nextAt)),
      plainArray(rows.map((row) => row.dueAt)),
      plainArray(rows.map((row) => row.lastAt)),
      textArray(rows.map((row) => row.zones)),
    ],
  )
}

/** Schedules whose next time is still to come and was worked out with another edition of time zones, held. */
export async function lockOutdatedSchedules(
  client: PoolClient,
  zones: string,
  now: number,
  limit: number,
): Promise<ScheduleRow[]> {
  const { rows } = await client.query<ScheduleRow>(
    `select ${columns} from engine.schedules s
     where s.zones <> $1 and s.next_at > to_timestamp($2::float8 / 1000)
     order by s.workspace_id, s.flow_id, s.trigger_id limit $3 for update skip locked`,
    [zones, now, limit],
  )
  return rows
}

/** It is looked at again only then; its next time stays what it is. */
export async function postponeSchedule(
  database: Database,
  { workspaceId, flowId, triggerId }: SchedulePlace,
  untilMs: number,
): Promise<void> {
  await database.write(
    `update engine.schedules set due_at = greatest(due_at, to_timestamp($4::float8 / 1000))
     where workspace_id = $1 and flow_id = $2 and trigger_id = $3 and due_at is not null`,
    [workspaceId, flowId, triggerId, untilMs],
  )
}
