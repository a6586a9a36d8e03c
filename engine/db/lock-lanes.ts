import type { PoolClient } from 'pg'
import { textArray } from './array-literal.ts'

export interface LaneRef {
  workspaceId: string
  flowId: string
  kind: string
  key: string
}

export interface LaneRow extends LaneRef {
  runId: string | null
  state: string
  expiresAt: number
  /** Engine time by the database's clock, read while the lanes are held: it never goes back from one holder to the next. */
  now: number
}

/** Holds lanes until the transaction ends, made if they are not there yet. All in one order, so nobody waits in a circle. */
export async function lockLanes(client: PoolClient, lanes: readonly LaneRef[], offsetMs: number): Promise<LaneRow[]> {
  const { rows } = await client.query<LaneRow>(
    `with held as (
       insert into engine.lanes as l (workspace_id, flow_id, kind, key, expires_at)
       select *, now() + $5::float8 * interval '1 ms' from unnest($1::text[], $2::text[], $3::text[], $4::text[])
         as wanted(workspace_id, flow_id, kind, key)
       order by workspace_id, flow_id, kind, key
       on conflict (workspace_id, flow_id, kind, key) do update set expires_at = l.expires_at
       returning l.*)
     select workspace_id as "workspaceId", flow_id as "flowId", kind, key, run_id as "runId", state,
       (extract(epoch from expires_at) * 1000)::float8 as "expiresAt",
       (extract(epoch from clock_timestamp()) * 1000)::float8 + $5::float8 as now
     from held`,
    [
      textArray(lanes.map((lane) => lane.workspaceId)),
      textArray(lanes.map((lane) => lane.flowId)),
      textArray(lanes.map((lane) => lane.kind)),
      textArray(lanes.map((lane) => lane.key)),
      offsetMs,
    ],
  )
  return rows
}
