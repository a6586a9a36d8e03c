import type { Database } from './database.ts'
import { pollColumns, type PollRow } from './polls.ts'

export interface ClaimedPoll extends PollRow {
  /** Whoever had it in hand before went down, or was cut off, without an end. */
  wasHeld: boolean
}

/** Of a trigger `p`. */
export const isPollPaused = `exists (select from engine.paused_flows f where f.workspace_id = p.workspace_id and f.flow_id = p.flow_id)`
/** Somebody looks, is alive, and has not been at it for too long. */
export const isPollHeld = `(p.held_until > now() and exists (select from engine.workers w where w.id = p.held_by and w.state = 'live'))`

/**
 * Takes triggers in hand that are to look now, the longest due first; nobody else does for so long. The lease goes by
 * the database's own clock. A claim raises the epoch: what the one before has found counts no more. Where the one before
 * has come to no end, that is counted.
 */
export function claimPolls(
  database: Database,
  { workerId, now, holdMs, limit }: { workerId: string; now: number; holdMs: number; limit: number },
): Promise<ClaimedPoll[]> {
  return database.write<ClaimedPoll>(
    `with due as materialized (
       select p.workspace_id, p.flow_id, p.trigger_id, p.held_by is not null as was_held from engine.polls p
       where p.next_at <= to_timestamp($2::float8 / 1000) and not ${isPollPaused} and not ${isPollHeld}
       order by p.next_at limit $4 for no key update of p skip locked)
     update engine.polls p set held_by = $1, held_until = now() + $3::float8 * interval '1 ms', epoch = p.epoch + 1,
       crashes = p.crashes + d.was_held::int,
       pass_at = coalesce(p.pass_at, to_timestamp($2::float8 / 1000))
     from due d where p.workspace_id = d.workspace_id and p.flow_id = d.flow_id and p.trigger_id = d.trigger_id
     returning ${pollColumns}, d.was_held as "wasHeld"`,
    [workerId, now, holdMs, limit],
  )
}

/** When somebody has to look again: the first time that is still to come. */
export async function findNextPoll(database: Database, now: number): Promise<number | undefined> {
  const [row] = await database.read<{ at: number | null }>(
    `select (extract(epoch from min(next_at)) * 1000)::float8 as at from engine.polls
     where next_at > to_timestamp($1::float8 / 1000)`,
    [now],
  )
  return row?.at ?? undefined
}
