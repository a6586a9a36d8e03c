import type { LogLine } from '#shared/run.ts'
import type { Database } from './database.ts'
import { instant } from './run-row.ts'

export interface ShownLine {
  seq: number
  n: number
  path: string
  attempt: number
  at: number
  level: LogLine['level']
  message: string
  data: string | null
}

/** Log lines of a run, oldest first, those after `(seq, n)`. */
export function listLines(
  database: Database,
  query: { workspaceId: string; runId: string; path: string | undefined; after: { seq: number; n: number }; limit: number },
): Promise<ShownLine[]> {
  return database.read<ShownLine>(
    `select seq, n, path, attempt, (extract(epoch from at) * 1000)::float8 as at, level, message, data
     from engine.logs
     where workspace_id = $1 and run_id = $2 and ($3::text is null or path = $3) and (seq, n) > ($4::int, $5::int)
     order by seq, n limit $6`,
    [query.workspaceId, query.runId, query.path ?? null, query.after.seq, query.after.n, query.limit],
  )
}

export function lineFromRow({ path, attempt, at, level, message, data }: ShownLine): LogLine {
  return { path, attempt, at: instant(at), level, message, ...(data === null ? {} : { data: JSON.parse(data) }) }
}
