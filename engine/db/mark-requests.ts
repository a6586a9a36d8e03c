import type { Database } from './database.ts'

/** Why a request was kept that its flow would have taken, had it been on. */
const reasons = "('draft', 'disabled', 'paused', 'not_listening', 'stopped')"
const atOnce = 10_000

/** Has all that is kept now of a flow sent through in its turn. */
export async function markRequests(database: Database, workspaceId: string, flowId: string): Promise<void> {
  for (;;) {
    const rows = await database.write(
      `update engine.requests r set sending = true from (
         select id from engine.requests
         where workspace_id = $1 and flow_id = $2 and state = 'kept' and not sending and trigger is not null
           and reason in ${reasons} limit ${atOnce}) as chosen
       where r.workspace_id = $1 and r.id = chosen.id and r.state = 'kept' returning 1`,
      [workspaceId, flowId],
    )
    if (rows.length < atOnce) return
  }
}

/** What waits to be sent through stays where it is, also when its flow was paused as it came. */
export async function unmarkRequests(database: Database, workspaceId: string, flowId: string): Promise<void> {
  await database.write(
    `update engine.requests set sending = false, reason = case when reason = 'paused' then 'stopped' else reason end
     where workspace_id = $1 and flow_id = $2 and state = 'kept' and (reason = 'paused' or sending)`,
    [workspaceId, flowId],
  )
}

/** How many wait to be sent through, and how many others could be. */
export async function countKept(
  database: Database,
  workspaceId: string,
  flowId: string,
): Promise<{ toSend: number; kept: number }> {
  const [row] = await database.read<{ toSend: number; kept: number }>(
    `select (select count(*)::int from engine.requests
       where workspace_id = $1 and flow_id = $2 and state = 'kept' and (reason = 'paused' or sending)) as "toSend",
     (select count(*)::int from engine.requests
       where workspace_id = $1 and flow_id = $2 and state = 'kept' and state <> 'started' and reason in ${reasons}) as kept`,
    [workspaceId, flowId],
  )
  return row ?? { toSend: 0, kept: 0 }
}
