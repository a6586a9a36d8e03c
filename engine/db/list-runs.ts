import type { RunFilter } from '../engine-api.ts'
import type { Database } from './database.ts'
import { withoutNul } from './without-nul.ts'
import { finishedColumns, type ShownRun, unfinishedColumns } from './run-row.ts'

/** Runs of a workspace, newest first, those before `cursor` (a run's id); unfinished ones and the history as one list. */
export function listRuns(database: Database, filter: RunFilter, limit: number): Promise<ShownRun[]> {
  const values: unknown[] = [filter.workspaceId]
  const conditions = ['workspace_id = $1']
  const where = (condition: (parameter: string) => string, value: unknown) => {
    if (value !== undefined) conditions.push(condition(`$${values.push(value)}`))
  }
  where((p) => `id < ${p}`, filter.cursor)
  where((p) => `flow_id = ${p}`, filter.flowId)
  where((p) => `status = ${p}`, filter.status)
  where((p) => `trigger_id = ${p}`, filter.triggerId)
  where((p) => `started_by = ${p}`, filter.startedBy)
  where((p) => `created_at >= ${p}::timestamptz`, filter.from)
  where((p) => `created_at < ${p}::timestamptz`, filter.to)
  where(
    (p) => `(id = ${p} or position(lower(${p}) in lower(subject)) > 0)`,
    filter.q === undefined ? undefined : withoutNul(filter.q),
  )
  if (filter.version === 'draft') conditions.push('version is null')
  else where((p) => `version = ${p}`, filter.version)
  const matching = `where ${conditions.join(' and ')} order by id desc limit $${values.push(limit)}`
  return database.read<ShownRun>(
    `select * from (
       (select ${unfinishedColumns} from engine.runs ${matching})
       union all
       (select ${finishedColumns} from engine.history ${matching})
     ) as both_kinds order by id desc limit $${values.length}`,
    values,
  )
}
