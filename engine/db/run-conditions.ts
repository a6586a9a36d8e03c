import { idFrom } from '#shared/ids.ts'
import { isFinal } from '#shared/is-final.ts'
import type { RunFilter } from '../engine-api.ts'
import { clockErrorMs } from './ended-after.ts'
import { finishedColumns, unfinishedColumns } from './run-row.ts'

/** Conditions of a list of runs as SQL, with their parameters. */
export interface RunConditions {
  values: unknown[]
  /** Adds a condition on the run `r`, with a parameter; undefined adds none. */
  where(condition: (parameter: string) => string, value: unknown): void
  /** A page of those that fit, newest first: of unfinished runs, of the history, or of both as one list. */
  page(limit: number): string
}

/** What the filter says, except for its words. Runs made before `from` are not even looked for. */
export function runConditions(filter: RunFilter, from: number | undefined): RunConditions {
  const values: unknown[] = [filter.workspaceId]
  const conditions = ['r.workspace_id = $1']
  const ofHistory: string[] = []
  const where: RunConditions['where'] = (condition, value) => {
    if (value !== undefined) conditions.push(condition(`$${values.push(value)}`))
  }
  where((p) => `r.id < ${p}`, filter.cursor)
  where((p) => `r.id = any (${p}::text[])`, filter.ids)
  where((p) => `r.flow_id = ${p}`, filter.flowId)
  where((p) => `r.status = ${p}`, filter.status)
  where((p) => `r.trigger_id = ${p}`, filter.triggerId)
  where((p) => `r.started_by = ${p}`, filter.startedBy)
  // Ids sort by the time they were made.
  where((p) => `r.id >= ${p}`, from === undefined ? undefined : firstRunId(from))
  where((p) => `r.id < ${p}`, filter.to === undefined ? undefined : firstRunId(Date.parse(filter.to)))
  if (filter.version === 'draft') conditions.push('r.version is null')
  else where((p) => `r.version = ${p}`, filter.version)

  const inHistory = !filter.unfinished && (filter.status === undefined || isFinal(filter.status))
  const inRuns = filter.status === undefined || !isFinal(filter.status)
  // Older days of the history are not looked into.
  if (inHistory && from !== undefined)
    ofHistory.push(`r.finished_at >= to_timestamp($${values.push((from - clockErrorMs) / 1000)}::float8)`)

  return {
    values,
    where,
    page(limit) {
      const bound = `order by r.id desc limit $${values.push(limit)}`
      const unfinished = `select ${unfinishedColumns} from engine.runs r where ${conditions.join(' and ')} ${bound}`
      const finished = `select ${finishedColumns} from engine.history r where ${[...conditions, ...ofHistory].join(' and ')} ${bound}`
      if (!inRuns) return finished
      if (!inHistory) return unfinished
      return `select * from ((${unfinished}) union all (${finished})) as both_kinds order by id desc limit $${values.length}`
    },
  }
}

/** No run made at that time or later has a lower id. */
export function firstRunId(timeMs: number): string {
  return idFrom('run', timeMs, new Uint8Array(10))
}
