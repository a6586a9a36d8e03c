import type { Database } from './database.ts'
import type { PausedFlow } from './pause-flow.ts'
import { isPollHeld, isPollPaused } from './claim-polls.ts'
import { isSchedulePaused } from './schedules.ts'

/** What there is to do for anybody, of each kind; times are engine time, and may have come. */
export interface Work {
  /** By the database's own clock. */
  databaseMs: number
  /** When a run without a lane can be claimed. */
  runsAt: number | null
  /** Flows with limits have runs, or something to tidy. */
  isLaneUsed: boolean
  schedulesAt: number | null
  pollsAt: number | null
  isBulkAsked: boolean
  /** Events, or waits for them, that somebody has left in the middle. */
  isEventLeft: boolean
  /** Kept requests are to be sent through. */
  isKeptDue: boolean
  paused: PausedFlow[]
}

type WorkRow = Omit<Work, 'paused'> & { pausedWorkspaces: string[]; pausedFlows: string[] }

/**
 * One look at everything: each part reads the head of an index and finds nothing most of the time. What it finds is only
 * a reason for whoever does that work to look by itself.
 */
export async function findWork(database: Database, leftBefore: number): Promise<Work> {
  const [row] = await database.read<WorkRow>(
    `select (extract(epoch from clock_timestamp()) * 1000)::float8 as "databaseMs",
       case when exists (select from engine.runs where ready and lane is null) then 0 else (select extract(epoch from due_at) * 1000 from engine.runs
           where worker_id is null and not ready and not held and due_at is not null and lane is null
           order by due_at limit 1)::float8 end as "runsAt",
       exists (select from engine.runs where lane is not null and ready)
         or exists (select from engine.runs
           where worker_id is null and not ready and not held and due_at is not null and lane is not null)
         or exists (select from engine.runs where start_by is not null and started_at is null)
         or exists (select from engine.step_slots where granted_at is null)
         or exists (select from engine.lanes) as "isLaneUsed",
       (select extract(epoch from s.due_at) * 1000 from engine.schedules s
         where s.due_at is not null and not ${isSchedulePaused} order by s.due_at limit 1)::float8 as "schedulesAt",
       (select extract(epoch from p.next_at) * 1000 from engine.polls p
         where p.next_at is not null and not ${isPollPaused} and not ${isPollHeld} order by p.next_at limit 1)::float8 as "pollsAt",
       exists (select from engine.bulk_jobs where finished_at is null) as "isBulkAsked",
       exists (select from engine.published where not looked and at < to_timestamp($1::float8 / 1000))
         or exists (select from engine.waits where not looked and opened_at < to_timestamp($1::float8 / 1000)) as "isEventLeft",
       exists (select from engine.requests where state = 'kept' and (reason = 'paused' or sending)) as "isKeptDue",
       array(select workspace_id from engine.paused_flows order by workspace_id, flow_id) as "pausedWorkspaces",
       array(select flow_id from engine.paused_flows order by workspace_id, flow_id) as "pausedFlows"`,
    [leftBefore],
  )
  if (!row) throw new Error('A look gave nothing')
  const { pausedWorkspaces, pausedFlows, ...work } = row
  return { ...work, paused: pausedFlows.map((flowId, at) => ({ workspaceId: pausedWorkspaces[at] ?? '', flowId })) }
}
