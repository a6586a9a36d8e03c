import type { Database } from './database.ts'

export interface PublishedEvent {
  workspaceId: string
  id: string
  name: string
  data: string
  at: number
}

/** Events whose sender died, or was stopped, before it had told everybody. */
export function findUnlookedEvents(database: Database, beforeMs: number, limit: number): Promise<PublishedEvent[]> {
  return database.read<PublishedEvent>(
    `select workspace_id as "workspaceId", id, name, data, (extract(epoch from at) * 1000)::float8 as at
     from engine.published where not looked and at < to_timestamp($1::float8 / 1000) order by at limit $2`,
    [beforeMs, limit],
  )
}

/** Runs with waits whose worker died before it had looked for earlier events. */
export function findUnlookedRuns(
  database: Database,
  beforeMs: number,
  limit: number,
): Promise<{ workspaceId: string; runId: string }[]> {
  return database.read<{ workspaceId: string; runId: string }>(
    `select distinct workspace_id as "workspaceId", run_id as "runId" from (
       select workspace_id, run_id from engine.waits
       where not looked and opened_at < to_timestamp($1::float8 / 1000) order by opened_at limit $2) as w`,
    [beforeMs, limit],
  )
}
