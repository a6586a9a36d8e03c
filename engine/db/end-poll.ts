import type { PoolClient } from 'pg'
import type { Database } from './database.ts'
import type { PollPlace, PollRow } from './polls.ts'

type Held = Pick<PollRow, keyof PollPlace | 'epoch' | 'nextAt'>

const mine = 'workspace_id = $1 and flow_id = $2 and trigger_id = $3 and epoch = $4 and held_by is not null'
/** Its next time; at once when somebody has asked for that since it was taken in hand. */
const nextAt = (claimed: string, next: string) =>
  `case when next_at > to_timestamp(${claimed}::float8 / 1000) + interval '1 ms' then next_at else to_timestamp(${next}::float8 / 1000) end`

/** Whether it is ours still and its flow goes on; then it stays so until the transaction ends. */
export async function holdPoll(client: PoolClient, { workspaceId, flowId, triggerId, epoch }: Held): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from engine.polls p where ${mine} and not exists (
       select from engine.paused_flows f where f.workspace_id = p.workspace_id and f.flow_id = p.flow_id)
     for no key update`,
    [workspaceId, flowId, triggerId, epoch],
  )
  return rowCount === 1
}

/** So many items have started something; the look is not over, and ours for so much longer. */
export async function noteFound(
  client: PoolClient,
  { workspaceId, flowId, triggerId, epoch }: Held,
  { found, now, holdMs }: { found: number; now: number; holdMs: number },
): Promise<void> {
  await client.query(
    `update engine.polls set found = found + $5, found_at = case when $5 > 0 then to_timestamp($6::float8 / 1000) else found_at end,
       held_until = now() + $7::float8 * interval '1 ms'
     where ${mine}`,
    [workspaceId, flowId, triggerId, epoch, found, now, holdMs],
  )
}

/** A page is gone through to its end. The last one ends the look; after another one it goes on at once. */
export async function advancePoll(
  client: PoolClient,
  { workspaceId, flowId, triggerId, epoch, nextAt: claimed }: Held,
  { cursor, now, nextAt: next, isLast }: { cursor: string | null; now: number; nextAt: number; isLast: boolean },
): Promise<void> {
  await client.query(
    `update engine.polls set cursor = $5, looked_at = to_timestamp($6::float8 / 1000),
       next_at = case when $8 then ${nextAt('$9', '$7')} else next_at end,
       is_new = is_new and not $8, pass_at = case when $8 then null else pass_at end,
       held_by = case when $8 then null else held_by end, held_until = case when $8 then null else held_until end,
       crashes = 0, failures = 0, failing_since = null, error_code = null, error_message = null
     where ${mine}`,
    [workspaceId, flowId, triggerId, epoch, cursor, now, next, isLast, claimed],
  )
}

/** It could not look. What was begun goes on from there the next time. */
export async function failPoll(
  database: Database,
  { workspaceId, flowId, triggerId, epoch, nextAt: claimed }: Held,
  { code, message, now, nextAt: next }: { code: string; message: string; now: number; nextAt: number },
): Promise<void> {
  await database.write(
    `update engine.polls set crashes = 0, failures = failures + 1, failing_since = coalesce(failing_since, to_timestamp($5::float8 / 1000)),
       error_code = $6, error_message = $7, next_at = ${nextAt('$9', '$8')}, held_by = null, held_until = null
     where ${mine}`,
    [workspaceId, flowId, triggerId, epoch, now, code, message, next, claimed],
  )
}

/** It is not looked at just now, for whoever did went down. Without a next time it isn't any more until somebody asks for it. */
export async function setPollAside(
  database: Database,
  { workspaceId, flowId, triggerId, epoch }: Held,
  { message, now, nextAt: next }: { message: string; now: number; nextAt: number | null },
): Promise<void> {
  await database.write(
    `update engine.polls set failures = failures + 1, failing_since = coalesce(failing_since, to_timestamp($5::float8 / 1000)),
       error_code = 'poisoned', error_message = $6, next_at = to_timestamp($7::float8 / 1000), held_by = null, held_until = null
     where ${mine}`,
    [workspaceId, flowId, triggerId, epoch, now, message, next],
  )
}

/** Anybody may take it in hand again, not before that time when there is one. */
export async function releasePoll(
  database: Database,
  { workspaceId, flowId, triggerId, epoch }: Held,
  notBefore: number | null,
): Promise<void> {
  await database.write(
    `update engine.polls set held_by = null, held_until = null,
       next_at = greatest(next_at, to_timestamp($5::float8 / 1000))
     where ${mine}`,
    [workspaceId, flowId, triggerId, epoch, notBefore],
  )
}
