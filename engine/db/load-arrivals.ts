import type { Database } from './database.ts'

export interface ArrivalRow {
  number: number
  path: string
  key: string
  kind: 'call' | 'deadline' | 'cancel' | 'resolve' | 'child'
  body: string | null
}

/** What came for a run after the first `seen` arrivals, in order. */
export function loadArrivals(database: Database, workspaceId: string, runId: string, seen: number): Promise<ArrivalRow[]> {
  return database.read<ArrivalRow>(
    `select number, path, key, kind, body from engine.arrivals
     where workspace_id = $1 and run_id = $2 and number > $3 order by number`,
    [workspaceId, runId, seen],
  )
}
