import type { Database } from './database.ts'
import { endedAfter } from './ended-after.ts'

/** The plan of the run of that id, whichever workspace it is in: asked only with an id that a token of ours names. */
export async function findRunPlan(
  database: Database,
  runId: string,
): Promise<{ workspaceId: string; flowId: string; planHash: string } | undefined> {
  const [row] = await database.read<{ workspaceId: string; flowId: string; planHash: string }>(
    `select workspace_id as "workspaceId", flow_id as "flowId", plan_hash as "planHash" from engine.runs where id = $1
     union all
     select workspace_id, flow_id, plan_hash from engine.history where id = $1 and finished_at >= to_timestamp($2::float8)
     limit 1`,
    [runId, endedAfter(runId)],
  )
  return row
}
