import type { WaitKind } from '#shared/run.ts'
import type { Database } from './database.ts'
import { endedAfter } from './ended-after.ts'
import { finishedColumns, type ShownRun, unfinishedColumns } from './run-row.ts'

/** The run, finished or not; undefined when the workspace has none of that id. */
export async function findRun(database: Database, workspaceId: string, runId: string): Promise<ShownRun | undefined> {
  const [row] = await database.read<ShownRun>(
    `select ${unfinishedColumns} from engine.runs where workspace_id = $1 and id = $2
     union all
     select ${finishedColumns} from engine.history
     where workspace_id = $1 and id = $2 and finished_at >= to_timestamp($3::float8)
     limit 1`,
    [workspaceId, runId, endedAfter(runId)],
  )
  return row
}

export interface ShownWait {
  path: string
  kind: WaitKind
  name: string | null
  openedAt: number
  dueAt: number | null
}

/** What the run waits for, the longest open first. */
export function listWaits(database: Database, workspaceId: string, runId: string): Promise<ShownWait[]> {
  return database.read<ShownWait>(
    `select path, kind, name, (extract(epoch from opened_at) * 1000)::float8 as "openedAt",
       (extract(epoch from due_at) * 1000)::float8 as "dueAt"
     from engine.waits where workspace_id = $1 and run_id = $2 order by opened_at, path`,
    [workspaceId, runId],
  )
}
