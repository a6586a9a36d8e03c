import type { Pool, PoolClient } from 'pg'

/** Why a request was kept that its flow would have taken, had it been on. */
export const waitingReasons = "('draft', 'disabled', 'paused', 'not_listening', 'stopped')"
const atOnce = 10_000

/** Has all that is kept now of a flow sent through in its turn. */
export async function markRequests(client: PoolClient, workspaceId: string, flowId: string): Promise<void> {
  await inBatches(
    client,
    [workspaceId, flowId],
    `with chosen as materialized (
       select id from engine.requests
       where workspace_id = $1 and flow_id = $2 and state = 'kept' and id > $3
         and not sending and trigger is not null and reason in ${waitingReasons}
       order by id limit ${atOnce}),
     marked as (
       update engine.requests r set sending = true from chosen
       where r.workspace_id = $1 and r.id = chosen.id and r.state = 'kept')
     select max(id) as last, count(*)::int as many from chosen`,
  )
}

/** What waits to be sent through stays where it is, also when its flow was paused as it came. */
export async function unmarkRequests(client: PoolClient, workspaceId: string, flowId: string): Promise<void> {
  await inBatches(
    client,
    [workspaceId, flowId],
    `with chosen as materialized (
       select id from engine.requests
       where workspace_id = $1 and flow_id = $2 and state = 'kept' and id > $3 and (reason = 'paused' or sending)
       order by id limit ${atOnce}),
     unmarked as (
       update engine.requests r set sending = false, reason = case when reason = 'paused' then 'stopped' else reason end
       from chosen where r.workspace_id = $1 and r.id = chosen.id and r.state = 'kept')
     select max(id) as last, count(*)::int as many from chosen`,
  )
}

/** How many wait to be sent through, and how many others could be. */
export async function countKept(
  db: Pool | PoolClient,
  workspaceId: string,
  flowId: string,
): Promise<{ toSend: number; kept: number }> {
  const { rows } = await db.query<{ toSend: number; kept: number }>(
    `select (select count(*)::int from engine.requests
       where workspace_id = $1 and flow_id = $2 and state = 'kept' and (reason = 'paused' or sending)) as "toSend",
     (select count(*)::int from engine.requests
       where workspace_id = $1 and flow_id = $2 and state = 'kept' and reason in ${waitingReasons}) as kept`,
    [workspaceId, flowId],
  )
  return rows[0] ?? { toSend: 0, kept: 0 }
}

/** No statement takes long, however many there are; each goes on behind the last one of the one before. */
async function inBatches(client: PoolClient, values: readonly string[], text: string): Promise<void> {
  let after: string | null = ''
  while (after !== null) {
    const [chosen]: { last: string | null; many: number }[] = (await client.query(text, [...values, after])).rows
    after = chosen?.many === atOnce ? chosen.last : null
  }
}
