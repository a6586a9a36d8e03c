import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'

/** Finished runs that are kept no longer. */
export interface OldRuns {
  /** They ended before this time. */
  before: number
  /** Only that flow's. */
  flow?: { workspaceId: string; flowId: string }
  exceptFlows?: readonly string[]
  /** Only those that ended on this day … */
  ended?: string
  /** … and were made on that one. */
  madeOn?: string
  /** Only those that lie with the rest, on no day's own partition. */
  inRest?: true
}

export interface OldRun {
  workspaceId: string
  id: string
  requestId: string | null
}

/** Finished runs that are kept no longer, in order of their ids, those after `after`. */
export function findOldRuns(database: Database, which: OldRuns, after: string, limit: number): Promise<OldRun[]> {
  const values: unknown[] = [after, which.before / 1000]
  const conditions = ['id > $1', 'finished_at < to_timestamp($2::float8)']
  const where = (condition: (parameter: string) => string, value: unknown) => {
    if (value !== undefined) conditions.push(condition(`$${values.push(value)}`))
  }
  where((p) => `workspace_id = ${p}`, which.flow?.workspaceId)
  where((p) => `flow_id = ${p}`, which.flow?.flowId)
  where((p) => `flow_id <> all (${p}::text[])`, which.exceptFlows)
  where((p) => `finished_at >= ${p}::timestamptz and finished_at < ${p}::timestamptz + interval '1 day'`, which.ended)
  where((p) => `id >= engine.first_id('run', ${p}::timestamptz)`, which.madeOn)
  where((p) => `id < engine.first_id('run', ${p}::timestamptz + interval '1 day')`, which.madeOn)
  return database.read<OldRun>(
    `select workspace_id as "workspaceId", id, request_id as "requestId"
     from engine.${which.inRest ? 'history_rest' : 'history'} where ${conditions.join(' and ')}
     order by id limit $${values.push(limit)}`,
    values,
  )
}

/** What belongs to a run, by its id; `requests` and the history itself are apart. A test looks that none is missing. */
export const runTables = ['events', 'payloads', 'logs', 'metrics', 'state_changes', 'run_words', 'waits', 'arrivals'] as const

/**
 * Deletes runs with all that belongs to them, in one statement. A run that is no longer among the finished, because
 * somebody let it try again, stays as it is.
 */
export async function deleteRuns(database: Database, runs: readonly OldRun[], before: number): Promise<void> {
  const byWorkspace = Map.groupBy(runs, (run) => run.workspaceId)
  for (const [workspaceId, some] of byWorkspace) {
    // The ids are named again for each table, so that only the partitions they lie in are looked at.
    const parts = runTables.map(
      (table) => `${table} as (
        delete from engine.${table} where workspace_id = $1 and run_id = any ($2::text[]) and run_id in (select id from gone))`,
    )
    await database.write(
      `with gone as materialized (
         delete from engine.history
         where workspace_id = $1 and id = any ($2::text[]) and finished_at < to_timestamp($3::float8) returning id, request_id),
       ${parts.join(',\n')}
       delete from engine.requests
       where workspace_id = $1 and id = any ($4::text[]) and id in (select request_id from gone)`,
      [workspaceId, textArray(some.map((run) => run.id)), before / 1000, textArray(some.flatMap((run) => run.requestId ?? []))],
    )
  }
}
