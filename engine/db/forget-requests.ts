import { idFrom } from '#shared/ids.ts'
import type { Database } from './database.ts'

/**
 * Deletes requests that started nothing and came before that time. Those that did go with their run, and those that came
 * in while their flow was paused, or are being sent through, wait for it to go on, however long. Gives how many.
 */
export async function forgetRequests(
  database: Database,
  whose: { workspaceId: string; flowId: string } | { exceptFlows: readonly string[] },
  before: number,
  limit: number,
): Promise<number> {
  const firstKept = idFrom('request', before, new Uint8Array(10))
  const isOne = 'flowId' in whose
  const rows = await database.write(
    `with old as materialized (
       select workspace_id, id from engine.requests
       where ${isOne ? 'workspace_id = $3 and flow_id = $4' : 'flow_id <> all ($3::text[])'} and id < $1
         and state <> 'started' and not (state = 'kept' and (reason is not distinct from 'paused' or sending))
       limit $2 for update skip locked)
     delete from engine.requests r using old where r.workspace_id = old.workspace_id and r.id = old.id and r.id < $1
     returning 1`,
    [firstKept, limit, ...(isOne ? [whose.workspaceId, whose.flowId] : [whose.exceptFlows])],
  )
  return rows.length
}
