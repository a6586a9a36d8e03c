import type { PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'
import type { Database } from './database.ts'

export interface PollPlace {
  workspaceId: string
  flowId: string
  triggerId: string
}

/** What is published of a trigger that looks by itself. */
export interface PollHead extends PollPlace {
  version: number
  planHash: string
  type: string
  /** JSON. */
  params: string
  /** When it looks next; null: the flow is turned off. */
  nextAt: number | null
}

export interface PollRow extends PollHead {
  cursor: string | null
  /** What is there at the first look has not been gone through to its end. */
  isNew: boolean
  /** When the first page of what is gone through was asked for. */
  passAt: number | null
  epoch: number
  /** How often in a row whoever looked went down. */
  crashes: number
  isLooking: boolean
  lookedAt: number | null
  failures: number
  failingSince: number | null
  errorCode: string | null
  errorMessage: string | null
  found: number
  foundAt: number | null
}

const ms = (column: string, name: string) => `(extract(epoch from p.${column}) * 1000)::float8 as "${name}"`

export const pollColumns = `p.workspace_id as "workspaceId", p.flow_id as "flowId", p.trigger_id as "triggerId", p.version,
  p.plan_hash as "planHash", p.type, p.params, p.cursor, p.is_new as "isNew", p.epoch, p.crashes, p.failures, p.error_code as "errorCode",
  p.error_message as "errorMessage", p.found::float8, coalesce(p.held_until > now(), false) as "isLooking",
  ${ms('pass_at', 'passAt')}, ${ms('next_at', 'nextAt')}, ${ms('looked_at', 'lookedAt')},
  ${ms('failing_since', 'failingSince')}, ${ms('found_at', 'foundAt')}`

export function listPolls(database: Database, workspaceId: string, flowId: string): Promise<PollRow[]> {
  return database.read<PollRow>(
    `select ${pollColumns} from engine.polls p where p.workspace_id = $1 and p.flow_id = $2 order by p.trigger_id`,
    [workspaceId, flowId],
  )
}

/** Those of a flow, kept as they are until the transaction ends. */
export async function lockPolls(client: PoolClient, workspaceId: string, flowId: string): Promise<PollRow[]> {
  const { rows } = await client.query<PollRow>(
    `select ${pollColumns} from engine.polls p where p.workspace_id = $1 and p.flow_id = $2 order by p.trigger_id for update`,
    [workspaceId, flowId],
  )
  return rows
}

/** Forgets triggers with all they remember: those that are gone, and those that look for something else from now on. */
export async function deletePolls(
  client: PoolClient,
  workspaceId: string,
  flowId: string,
  triggerIds: readonly string[],
): Promise<void> {
  if (triggerIds.length === 0) return
  await client.query('delete from engine.polls where workspace_id = $1 and flow_id = $2 and trigger_id = any($3::text[])', [
    workspaceId,
    flowId,
    textArray(triggerIds),
  ])
}

/** What is under way is void from then on; one that is there goes on from where it stood. */
export async function putPolls(client: PoolClient, heads: readonly PollHead[]): Promise<void> {
  if (heads.length === 0) return
  await client.query(
    `insert into engine.polls as p (workspace_id, flow_id, trigger_id, version, plan_hash, type, params, next_at)
     select h.workspace_id, h.flow_id, h.trigger_id, h.version, h.plan_hash, h.type, h.params, to_timestamp(h.next_at / 1000)
     from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::float8[])
       as h(workspace_id, flow_id, trigger_id, version, plan_hash, type, params, next_at)
     on conflict (workspace_id, flow_id, trigger_id) do update
       set version = excluded.version, plan_hash = excluded.plan_hash, type = excluded.type, params = excluded.params,
         next_at = excluded.next_at, epoch = p.epoch + 1, crashes = 0, held_by = null, held_until = null`,
    [
      textArray(heads.map((head) => head.workspaceId)),
      textArray(heads.map((head) => head.flowId)),
      textArray(heads.map((head) => head.triggerId)),
      plainArray(heads.map((head) => head.version)),
      textArray(heads.map((head) => head.planHash)),
      textArray(heads.map((head) => head.type)),
      textArray(heads.map((head) => head.params)),
      plainArray(heads.map((head) => head.nextAt)),
    ],
  )
}

/** It looks at once, whenever it was to look next; once more when it looks just now. False when there is no such trigger, or its flow is turned off. */
export async function hastenPoll(
  database: Database,
  { workspaceId, flowId, triggerId }: PollPlace,
  now: number,
): Promise<boolean> {
  const rows = await database.write(
    `update engine.polls set next_at = to_timestamp($4::float8 / 1000)
     where workspace_id = $1 and flow_id = $2 and trigger_id = $3 and (next_at is not null or crashes > 0) returning 1`,
    [workspaceId, flowId, triggerId, now],
  )
  return rows.length === 1
}
