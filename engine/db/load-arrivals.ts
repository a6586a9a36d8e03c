import type { Database } from './database.ts'

export interface ArrivalRow {
  number: number
  path: string
  key: string
  kind: 'call' | 'deadline' | 'cancel' | 'resolve' | 'child' | 'event' | 'vote'
  body: string | null
  /** Of an event that was for everybody: its name. */
  name: string | null
  at: number
}

/** What came for a run after the first `seen` arrivals, in order; not what has served a wait since. */
export function loadArrivals(database: Database, workspaceId: string, runId: string, seen: number): Promise<ArrivalRow[]> {
  return database.read<ArrivalRow>(
    `select a.number, a.path, a.key, a.kind, coalesce(a.body, p.data) as body, p.name,
       (extract(epoch from coalesce(p.at, a.arrived_at)) * 1000)::float8 as at
     from engine.arrivals a
     left join engine.published p on a.kind = 'event' and a.body is null and p.workspace_id = a.workspace_id
       and p.id = substr(a.key, 7)
     where a.workspace_id = $1 and a.run_id = $2 and a.number > $3 and not a.spent order by a.number`,
    [workspaceId, runId, seen],
  )
}
