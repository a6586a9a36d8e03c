import type { PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'
import type { LaneRef } from './lock-lanes.ts'

export interface SavedLane extends LaneRef {
  runId: string | null
  state: string
  freeAt: number | null
  expiresAt: number
}

/** Writes lanes that this transaction holds. */
export async function saveLanes(client: PoolClient, lanes: readonly SavedLane[]): Promise<void> {
  if (lanes.length === 0) return
  await client.query(
    `update engine.lanes l set run_id = s.run_id, state = s.state, free_at = to_timestamp(s.free_at / 1000),
       expires_at = to_timestamp(s.expires_at / 1000)
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[])
       as s(workspace_id, flow_id, kind, key, run_id, state, free_at, expires_at)
     where l.workspace_id = s.workspace_id and l.flow_id = s.flow_id and l.kind = s.kind and l.key = s.key`,
    [
      textArray(lanes.map((lane) => lane.workspaceId)),
      textArray(lanes.map((lane) => lane.flowId)),
      textArray(lanes.map((lane) => lane.kind)),
      textArray(lanes.map((lane) => lane.key)),
      textArray(lanes.map((lane) => lane.runId)),
      textArray(lanes.map((lane) => lane.state)),
      plainArray(lanes.map((lane) => lane.freeAt)),
      plainArray(lanes.map((lane) => lane.expiresAt)),
    ],
  )
}
