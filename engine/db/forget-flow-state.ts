import type { PoolClient } from 'pg'

/** Forgets what a flow keeps and has done once. */
export async function forgetFlowState(client: PoolClient, workspaceId: string, flowId: string): Promise<void> {
  await client.query(
    `with forgotten as (delete from engine.once_keys where workspace_id = $1 and flow_id = $2)
     delete from engine.flow_state where workspace_id = $1 and flow_id = $2`,
    [workspaceId, flowId],
  )
}
