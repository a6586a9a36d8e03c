import type { Database } from './database.ts'

/** Who does something once, or did. */
export interface OnceRow {
  runId: string
  path: string
  attempt: number
  call: string
  /** What came of it; null while it is not done. */
  value: string | null
  /** The attempt that claimed it is still under way, as far as the journal says. */
  isHeld: boolean
}

/** What is known of a key that something is done under once; undefined when nobody has asked yet. */
export async function findOnce(
  database: Database,
  workspaceId: string,
  flowId: string,
  key: string,
): Promise<OnceRow | undefined> {
  const [row] = await database.read<OnceRow>(
    `select o.run_id as "runId", o.path, o.attempt, o.call, o.value,
       exists (select from engine.runs r where r.workspace_id = o.workspace_id and r.id = o.run_id)
       and not exists (
         select from engine.events e
         where e.workspace_id = o.workspace_id and e.run_id = o.run_id and e.path = o.path and e.attempt = o.attempt
           and e.kind in ('step.finished', 'step.failed', 'step.lost')) as "isHeld"
     from engine.once_keys o where o.workspace_id = $1 and o.flow_id = $2 and o.key = $3`,
    [workspaceId, flowId, key],
  )
  return row
}
