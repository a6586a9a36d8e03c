import type { Database } from './database.ts'

export interface LanesLook {
  /** Flows in whose lanes somebody stands. */
  flows: { workspaceId: string; flowId: string }[]
  /** Timers have run out, of runs that then stand in line. */
  isDue: boolean
  /** Runs have not begun in time. */
  isExpired: boolean
  /** Some step waits for a slot. */
  isSlotWanted: boolean
  /** Engine time of the next of these, or of a throttle's next free instant. */
  nextAt: number | null
}

/** Whether flow control has anything to do: one statement that finds nothing and costs little when no flow uses it. */
export async function lookAtLanes(database: Database, offsetMs: number): Promise<LanesLook> {
  const [row] = await database.read<Omit<LanesLook, 'flows'> & { workspaces: string[]; flows: string[] }>(
    `with recursive flows as (
       (select workspace_id, flow_id from engine.runs where lane is not null and ready order by workspace_id, flow_id limit 1)
       union all
       select n.* from flows f cross join lateral (
         select workspace_id, flow_id from engine.runs
         where lane is not null and ready and (workspace_id, flow_id) > (f.workspace_id, f.flow_id)
         order by workspace_id, flow_id limit 1) n),
     instant as materialized (select now() + $1::float8 * interval '1 ms' as now),
     due as (
       select min(due_at) as at from engine.runs
       where worker_id is null and not ready and not held and due_at is not null and lane is not null),
     expiring as (select min(start_by) as at from engine.runs where start_by is not null and started_at is null),
     freeing as (
       select min(free_at) as at from engine.lanes where free_at is not null and free_at > (select now from instant))
     select array(select workspace_id from flows order by workspace_id, flow_id) as workspaces,
       array(select flow_id from flows order by workspace_id, flow_id) as flows,
       coalesce(due.at <= now, false) as "isDue", coalesce(expiring.at <= now, false) as "isExpired",
       exists (select from engine.step_slots where granted_at is null) as "isSlotWanted",
       (extract(epoch from least(due.at, expiring.at, freeing.at)) * 1000)::float8 as "nextAt"
     from instant, due, expiring, freeing`,
    [offsetMs],
  )
  if (!row) throw new Error('A look gave nothing')
  return { ...row, flows: row.flows.map((flowId, at) => ({ workspaceId: row.workspaces[at] ?? '', flowId })) }
}

/** Whether any unfinished run stands, stood or will stand in a lane. */
export async function hasLanes(database: Database): Promise<boolean> {
  const rows = await database.read('select from engine.runs where lane is not null limit 1', [])
  return rows.length > 0
}
