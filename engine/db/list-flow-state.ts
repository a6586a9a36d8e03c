import type { Database } from './database.ts'

export interface FlowStateRow {
  key: string
  value: string
  version: number
  updatedAt: number
  updatedBy: string
}

/** What a flow keeps, by key, those after `after`. */
export function listFlowState(
  database: Database,
  { workspaceId, flowId, after, limit }: { workspaceId: string; flowId: string; after: string; limit: number },
): Promise<FlowStateRow[]> {
  return database.read<FlowStateRow>(
    `select key, value, version, (extract(epoch from updated_at) * 1000)::float8 as "updatedAt", updated_by as "updatedBy"
     from engine.flow_state where workspace_id = $1 and flow_id = $2 and key > $3 order by key limit $4`,
    [workspaceId, flowId, after, limit],
  )
}
