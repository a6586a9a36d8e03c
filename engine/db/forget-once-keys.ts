import type { Database } from './database.ts'

/**
 * Forgets what was done once before that time, and claims that an ended run left behind. Gives how many.
 */
export async function forgetOnceKeys(
  database: Database,
  whose: { workspaceId: string; flowId: string } | { exceptFlows: readonly string[] },
  before: number,
  limit: number,
): Promise<number> {
  const isOne = 'flowId' in whose
  const rows = await database.write(
    `with old as materialized (
       select workspace_id, flow_id, key from engine.once_keys o
       where ${isOne ? 'workspace_id = $3 and flow_id = $4' : 'flow_id <> all ($3::text[])'}
         and coalesce(done_at, claimed_at) < to_timestamp($1::float8)
         and (done_at is not null
           or not exists (select from engine.runs r where r.workspace_id = o.workspace_id and r.id = o.run_id))
       limit $2 for update skip locked)
     delete from engine.once_keys o using old
     where o.workspace_id = old.workspace_id and o.flow_id = old.flow_id and o.key = old.key
     returning 1`,
    [before / 1000, limit, ...(isOne ? [whose.workspaceId, whose.flowId] : [whose.exceptFlows])],
  )
  return rows.length
}
