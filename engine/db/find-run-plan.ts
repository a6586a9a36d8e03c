import type { Database } from './database.ts'

/** The plan of the run of that id, whichever workspace it is in: asked only with an id that a token of ours names. */
export async function findRunPlan(
  database: Database,
  runId: string,
): Promise<{ workspaceId: string; planHash: string } | undefined> {
  const [row] = await database.read<{ workspaceId: string; planHash: string }>(
    `select workspace_id as "workspaceId", plan_hash as "planHash" from engine.runs where id = $1
     union all
     select workspace_id, plan_hash from engine.history where id = $1
     limit 1`,
    [runId],
  )
  return row
}
