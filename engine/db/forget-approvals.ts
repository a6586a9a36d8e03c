import type { Database } from './database.ts'

/** Forgets questions of runs that are kept no longer. */
export async function forgetApprovals(database: Database): Promise<void> {
  await database.write(
    `delete from engine.approvals where (workspace_id, id) in (
       select a.workspace_id, a.id from engine.approvals a
       where a.asked_at < now() - interval '1 day'
         and not exists (select from engine.runs r where r.workspace_id = a.workspace_id and r.id = a.run_id)
         and not exists (select from engine.history h where h.workspace_id = a.workspace_id and h.id = a.run_id)
       order by a.asked_at limit 5000)`,
    [],
  )
}
