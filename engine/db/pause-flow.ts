import type { Database } from './database.ts'

export interface PausedFlow {
  workspaceId: string
  flowId: string
}

interface Db {
  query(text: string, values: unknown[]): Promise<unknown>
}

/** From now on nothing of the flow starts. */
export async function insertPause(db: Db, workspaceId: string, flowId: string): Promise<void> {
  await db.query('insert into engine.paused_flows (workspace_id, flow_id) values ($1, $2) on conflict do nothing', [
    workspaceId,
    flowId,
  ])
}

/** Holds what stands ready to start; what has begun goes on. */
export async function holdQueued(db: Db, flows: readonly PausedFlow[]): Promise<void> {
  if (flows.length === 0) return
  await db.query(
    `with chosen as materialized (
       select r.workspace_id, r.id from engine.runs r
       where (r.workspace_id, r.flow_id) in (select * from unnest($1::text[], $2::text[]))
         and r.worker_id is null and r.started_at is null and not r.held
       order by r.id for no key update skip locked)
     update engine.runs r set held = true, ready = false
     from chosen c where r.workspace_id = c.workspace_id and r.id = c.id`,
    [flows.map((flow) => flow.workspaceId), flows.map((flow) => flow.flowId)],
  )
}

/** Lets the flow go on: what was held may start, in the order it came. */
export async function deletePause(db: Db, workspaceId: string, flowId: string): Promise<void> {
  await db.query(
    `with over as (delete from engine.paused_flows where workspace_id = $1 and flow_id = $2),
     chosen as materialized (
       select workspace_id, id from engine.runs where workspace_id = $1 and flow_id = $2 and held order by id for no key update)
     update engine.runs r set held = false, ready = r.due_at is null
     from chosen c where r.workspace_id = c.workspace_id and r.id = c.id`,
    [workspaceId, flowId],
  )
}

export function listPauses(database: Database): Promise<PausedFlow[]> {
  return database.read('select workspace_id as "workspaceId", flow_id as "flowId" from engine.paused_flows', [])
}

/** Tells every process, once the transaction is committed. */
export async function tellOfPauses(db: Db, channel: string): Promise<void> {
  await db.query(
    `select pg_notify($1, '{"kind":"pauses"}'), pg_notify($1, '{"kind":"ready"}'), pg_notify($1, '{"kind":"lanes"}')`,
    [channel],
  )
}
