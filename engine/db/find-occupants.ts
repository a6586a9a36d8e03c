import type { PoolClient } from 'pg'
import { textArray } from './array-literal.ts'

export interface Occupant {
  workspaceId: string
  flowId: string
  slots: string
  runId: string
}

/** Runs that hold a slot or stand in line for one, oldest first; those that are being cancelled count no longer. */
export async function findOccupants(
  client: PoolClient,
  groups: readonly { workspaceId: string; flowId: string; slots: string }[],
): Promise<Occupant[]> {
  if (groups.length === 0) return []
  const { rows } = await client.query<Occupant>(
    `select g.workspace_id as "workspaceId", g.flow_id as "flowId", g.slots, r.id as "runId"
     from unnest($1::text[], $2::text[], $3::text[]) as g(workspace_id, flow_id, slots)
     cross join lateral (
       select id from engine.runs
       where workspace_id = g.workspace_id and flow_id = g.flow_id and slots = g.slots and worker_id is not null
       union all
       select id from engine.runs
       where workspace_id = g.workspace_id and flow_id = g.flow_id and slots = g.slots and lane is not null and ready
     ) r
     where not exists (
       select from engine.arrivals a where a.workspace_id = g.workspace_id and a.run_id = r.id and a.path = '' and a.kind = 'cancel')
     order by r.id`,
    [
      textArray(groups.map((group) => group.workspaceId)),
      textArray(groups.map((group) => group.flowId)),
      textArray(groups.map((group) => group.slots)),
    ],
  )
  return rows
}
