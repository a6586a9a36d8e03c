import type { PoolClient } from 'pg'
import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'
import type { PollPlace } from './polls.ts'

/** Which of these are remembered, and when each was noted last. Hashes are written in hexadecimal. */
export async function findPollKeys(
  db: Pick<Database, 'read'>,
  { workspaceId, flowId, triggerId }: PollPlace,
  hashes: readonly string[],
): Promise<Map<string, number>> {
  if (hashes.length === 0) return new Map()
  const rows = await db.read<{ hash: string; seenAt: number }>(
    `select encode(k.key_hash, 'hex') as hash, (extract(epoch from k.seen_at) * 1000)::float8 as "seenAt"
     from engine.poll_keys k
     where k.workspace_id = $1 and k.flow_id = $2 and k.trigger_id = $3
       and k.key_hash = any(array(select decode(h, 'hex') from unnest($4::text[]) as h))`,
    [workspaceId, flowId, triggerId, textArray(hashes)],
  )
  return new Map(rows.map((row) => [row.hash, row.seenAt]))
}

/** Remembers keys as seen now, new ones and others. */
export async function putPollKeys(
  client: PoolClient,
  { workspaceId, flowId, triggerId }: PollPlace,
  hashes: readonly string[],
  now: number,
): Promise<void> {
  if (hashes.length === 0) return
  await client.query(
    `insert into engine.poll_keys (workspace_id, flow_id, trigger_id, key_hash, seen_at)
     select $1, $2, $3, decode(h, 'hex'), to_timestamp($5::float8 / 1000) from unnest($4::text[]) as h
     on conflict (workspace_id, flow_id, trigger_id, key_hash) do update set seen_at = excluded.seen_at`,
    [workspaceId, flowId, triggerId, textArray(hashes), now],
  )
}

/**
 * Forgets keys that were not seen since a time: those of before `oldest`, and of the others so many as there are above
 * `most`, the ones that were not seen for the longest.
 */
export async function forgetPollKeys(
  client: PoolClient,
  { workspaceId, flowId, triggerId }: PollPlace,
  { before, oldest, most, limit }: { before: number; oldest: number; most: number; limit: number },
): Promise<void> {
  await client.query(
    `with mine as materialized (
       select key_hash, seen_at, row_number() over (order by seen_at desc) as place from engine.poll_keys
       where workspace_id = $1 and flow_id = $2 and trigger_id = $3),
     old as (
       select key_hash from mine
       where seen_at < to_timestamp($4::float8 / 1000) and (seen_at < to_timestamp($5::float8 / 1000) or place > $6)
       order by seen_at limit $7)
     delete from engine.poll_keys k using old
     where k.workspace_id = $1 and k.flow_id = $2 and k.trigger_id = $3 and k.key_hash = old.key_hash`,
    [workspaceId, flowId, triggerId, before, oldest, most, limit],
  )
}
