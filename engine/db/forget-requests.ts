import { idFrom } from '#shared/ids.ts'
import type { Database } from './database.ts'
import { waitingReasons } from './mark-requests.ts'

/** Requests of a run go with it, and those that somebody wants sent through wait for that however long. */
const goes = "state <> 'started' and not (state = 'kept' and (reason is not distinct from 'paused' or sending))"
/** Kept because their flow was not on: each could become a run yet. */
const couldBeSent = `(state = 'kept' and reason in ${waitingReasons})`

/**
 * Deletes requests that started nothing and came before that time; those that could be sent through yet, before the other
 * one. Gives how many.
 */
export async function forgetRequests(
  database: Database,
  whose: { workspaceId: string; flowId: string } | { exceptFlows: readonly string[] },
  { before, keptBefore }: { before: number; keptBefore: number },
  limit: number,
): Promise<number> {
  const isOne = 'flowId' in whose
  const rows = await database.write(
    `with old as materialized (
       select workspace_id, id from engine.requests
       where ${isOne ? 'workspace_id = $4 and flow_id = $5' : 'flow_id <> all ($4::text[])'} and id < $1
         and ${goes} and (not ${couldBeSent} or id < $2)
       limit $3 for update skip locked)
     delete from engine.requests r using old where r.workspace_id = old.workspace_id and r.id = old.id and r.id < $1
     returning 1`,
    [firstId(before), firstId(keptBefore), limit, ...(isOne ? [whose.workspaceId, whose.flowId] : [whose.exceptFlows])],
  )
  return rows.length
}

/** Flows in whose inbox something lies that started nothing. */
export function listInboxes(database: Database): Promise<{ workspaceId: string; flowId: string }[]> {
  return database.read(
    `with recursive flows as (
       (select workspace_id, flow_id from engine.requests order by workspace_id, flow_id limit 1)
       union all
       select n.* from flows f cross join lateral (
         select workspace_id, flow_id from engine.requests
         where (workspace_id, flow_id) > (f.workspace_id, f.flow_id)
         order by workspace_id, flow_id limit 1) n)
     select workspace_id as "workspaceId", flow_id as "flowId" from flows f
     where exists (select from engine.requests r
       where r.workspace_id = f.workspace_id and r.flow_id = f.flow_id and r.state = 'kept')`,
    [],
  )
}

/** Deletes of the requests of a flow that its settings kept from starting the oldest, above so many. Gives how many. */
export async function forgetSurplus(
  database: Database,
  { workspaceId, flowId }: { workspaceId: string; flowId: string },
  most: number,
  limit: number,
): Promise<number> {
  const rows = await database.write(
    `with surplus as materialized (
       select workspace_id, id from engine.requests
       where workspace_id = $1 and flow_id = $2 and state = 'kept' and ${goes} and not ${couldBeSent}
       order by id desc offset $3 limit $4)
     delete from engine.requests r using surplus s where r.workspace_id = s.workspace_id and r.id = s.id and r.state = 'kept'
     returning 1`,
    [workspaceId, flowId, most, limit],
  )
  return rows.length
}

function firstId(time: number): string {
  return idFrom('request', Math.max(0, time), new Uint8Array(10))
}
