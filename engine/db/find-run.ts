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
  child: string | null
}

/**
 * What the run waits for, the longest open first. A run that has not begun may wait for its time, for its turn, or for
 * its flow to go on; one that has begun, for a slot to go on in.
 */
export function listWaits(database: Database, workspaceId: string, runId: string): Promise<ShownWait[]> {
  return database.read<ShownWait>(
    `with all_waits as (
       select path, kind, name, opened_at, due_at, child from engine.waits where workspace_id = $1 and run_id = $2
       union all
       select '', case when due_at is not null and not held then 'delay' else 'slot' end,
         case when held then 'paused' end, created_at, due_at, null
       from engine.runs
       where workspace_id = $1 and id = $2 and worker_id is null
         and (held or (lane is not null and ready) or (started_at is null and due_at is not null)))
     select path, kind, name, (extract(epoch from opened_at) * 1000)::float8 as "openedAt",
       (extract(epoch from due_at) * 1000)::float8 as "dueAt", child
     from all_waits order by opened_at, path`,
    [workspaceId, runId],
  )
}
