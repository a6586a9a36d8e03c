import type { Database } from './database.ts'

/** What a flow keeps under a key; undefined when it keeps nothing there. */
export async function findState(
  database: Database,
  workspaceId: string,
  flowId: string,
  key: string,
): Promise<{ value: string; version: number } | undefined> {
  const [row] = await database.read<{ value: string; version: number }>(
    'select value, version from engine.flow_state where workspace_id = $1 and flow_id = $2 and key = $3',
    [workspaceId, flowId, key],
  )
  return row
}
