import type { Database } from './database.ts'

/** Of each kind, this many are shown. */
const most = 1000

export interface ChangedKey {
  key: string
  value: string
  version: number
  path: string
  at: number
  valueNow: string | null
  versionNow: number | null
}

/** The keys of its flow's state that a run changed, each with its last change and with what is kept there now. */
export function listChangedKeys(database: Database, workspaceId: string, flowId: string, runId: string): Promise<ChangedKey[]> {
  return database.read<ChangedKey>(
    `select c.key, c.value, c.version, c.path, (extract(epoch from c.at) * 1000)::float8 as at,
       s.value as "valueNow", s.version as "versionNow"
     from (
       select distinct on (key) key, value, version, path, at from engine.state_changes
       where workspace_id = $1 and run_id = $3 order by key, version desc limit ${most}) as c
     left join engine.flow_state s on s.workspace_id = $1 and s.flow_id = $2 and s.key = c.key
     order by c.key`,
    [workspaceId, flowId, runId],
  )
}

export interface OnceKey {
  key: string
  path: string
  doneAt: number | null
  value: string | null
}

/** What a run does once for all runs of its flow, or did. */
export function listOnceKeys(database: Database, workspaceId: string, runId: string): Promise<OnceKey[]> {
  return database.read<OnceKey>(
    `select key, path, (extract(epoch from done_at) * 1000)::float8 as "doneAt", value
     from engine.once_keys where workspace_id = $1 and run_id = $2 order by claimed_at, key limit ${most}`,
    [workspaceId, runId],
  )
}

export interface CountedMetric {
  name: string
  tags: string | null
  count: number
  sum: number
  min: number
  max: number
}

/** What a run counted, by name and tags. */
export function listCounted(database: Database, workspaceId: string, runId: string): Promise<CountedMetric[]> {
  return database.read<CountedMetric>(
    `select name, tags, count(*)::int as count, sum(value) as sum, min(value) as min, max(value) as max
     from engine.metrics where workspace_id = $1 and run_id = $2 group by name, tags order by name, tags nulls first limit ${most}`,
    [workspaceId, runId],
  )
}
