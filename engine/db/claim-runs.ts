import type { JsonText } from '#shared/json.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { RunFacts } from '../run/run-facts.ts'
import type { Database } from './database.ts'
import { eventFromRow } from './event-row.ts'

/** An unfinished run as its row says, without its data. */
export interface RunRow extends RunFacts {
  arrived: number
  lostBy: 'crash' | 'lease' | null
  /** What happened in it so far, when that was read along: for `eventsFromJournal`. */
  journal?: JsonText
  /** What it began with, when that was read along. */
  trigger?: JsonText
}

export interface Claimed {
  runs: RunRow[]
  /** Engine time at which the next unowned run falls due. */
  nextDueAt: number | null
}

export interface ClaimedRow extends Omit<RunRow, 'lane'> {
  lane: string | null
  slots: string | null
}

/** A claimed run `c`, which knows as `was_lost_by` how its last owner was lost. */
export const claimedColumns = `c.workspace_id as "workspaceId", c.id as "runId", c.epoch, c.flow_id as "flowId", c.version,
  c.plan_hash as "planHash", c.request_id as "requestId",
  (extract(epoch from c.created_at) * 1000)::float8 as "createdAt",
  (extract(epoch from c.started_at) * 1000)::float8 as "startedAt",
  c.arrived, c.was_lost_by as "lostBy", c.lane, c.slots`

export function runFromClaimed({ lane, slots, ...row }: ClaimedRow): RunRow {
  return { ...row, lane: lane === null ? null : { lane, slots } }
}

type ClaimedWithJournal = ClaimedRow & { journal: JsonText; trigger: JsonText | null; nextDueAt: number | null }

/**
 * Gives this worker up to `limit` runs without a lane that are ready or due, the most urgent first, with what happened
 * in them, and says when the next falls due.
 *
 * Workers that ask at the same time get different runs. The epoch rises with every claim, so nothing an earlier owner
 * still sends can be written. A worker that counts as gone gets nothing.
 */
export async function claimRuns(database: Database, workerId: string, offsetMs: number, limit: number): Promise<Claimed> {
  // On disk before anything follows from it: were a claim undone by a crash of the database, the next one would get the
  // same epoch, and what this one still sends could pass for the next one's.
  const rows = await database.write<ClaimedWithJournal>('select * from engine.claim_runs($1, $2, $3)', [
    workerId,
    offsetMs,
    limit,
  ])
  const nextDueAt = rows[0]?.nextDueAt ?? null
  const runs: RunRow[] = []
  for (const { nextDueAt: _next, trigger, ...row } of rows) {
    // Without a run there is still the time of the next.
    if (row.runId !== null) runs.push({ ...runFromClaimed(row), journal: row.journal, ...(trigger === null ? {} : { trigger }) })
  }
  return { runs, nextDueAt }
}

/** Reads the journal that came with a claim. */
export function eventsFromJournal(journal: JsonText): JournalEvent[] {
  const rows: [number, string, string | null, number | null, number, string | null][] = JSON.parse(journal)
  return rows.map(([seq, kind, path, attempt, at, data]) => eventFromRow({ seq, kind, path, attempt, at, data }))
}
