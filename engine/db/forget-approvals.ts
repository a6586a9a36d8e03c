import type { Database } from './database.ts'

const atOnce = 5000

/** Forgets questions of runs that are kept no longer. Gives whether there may be more of them. */
export async function forgetApprovals(database: Database): Promise<boolean> {
  const rows = await database.write<{ id: string }>(
    `delete from engine.approvals where (workspace_id, id) in (
       select a.workspace_id, a.id from engine.approvals a
       where a.asked_at < now() - interval '1 day'
         and not exists (select from engine.runs r where r.workspace_id = a.workspace_id and r.id = a.run_id)
         and not exists (select from engine.history h where h.workspace_id = a.workspace_id and h.id = a.run_id)
       order by a.asked_at limit $1)
     returning id`,
    [atOnce],
  )
  return rows.length === atOnce
}
