import type { QueryResultRow } from 'pg'
import type { RunEnd } from '../state/journal.ts'
import { textArray } from './array-literal.ts'

export interface EndedRun {
  workspaceId: string
  runId: string
  /** A step of another run waits for its end. */
  isAwaited: boolean
}

/** Sends a statement, in a transaction of its own or as part of one. */
export type Ask = <Row extends QueryResultRow>(text: string, values: unknown[]) => Promise<Row[]>

const unstarted = 'worker_id is null and started_at is null'
const atOnce = 1000

/** Cancels those of these runs that nobody has begun with: into the history, without taking a slot for it. */
export function cancelUnstarted(ask: Ask, runIds: readonly string[], by: string, atMs: number): Promise<EndedRun[]> {
  return endRuns(ask, `id = any($4::text[]) and ${unstarted} order by id for update`, [
    'to_timestamp($1::float8 / 1000)',
    atMs,
    { status: 'cancelled', error: null, outputSeq: null },
    JSON.stringify({ by, when: 'now' }),
    textArray(runIds),
  ])
}

/** Cancels runs that have not begun in time, some at once. */
export async function expireStarts(ask: Ask, offsetMs: number): Promise<{ ended: EndedRun[]; isMore: boolean }> {
  const message = 'The run could not begin within the time the flow allows, so it was cancelled.'
  const now = `(now() + $1::float8 * interval '1 ms')`
  const due = `start_by is not null and start_by <= ${now} and $4::text[] is null and ${unstarted}`
  const ended = await endRuns(ask, `${due} order by start_by limit ${atOnce} for update skip locked`, [
    now,
    offsetMs,
    { status: 'cancelled', error: { code: 'start_expired', message, retryable: false }, outputSeq: null },
    null,
    null,
  ])
  return { ended, isMore: ended.length === atOnce }
}

/** `at` is the instant of the end, as SQL over the first value. */
function endRuns(
  ask: Ask,
  condition: string,
  [at, time, end, cancel, ids]: [at: string, time: number, end: RunEnd, cancel: string | null, ids: string | null],
): Promise<EndedRun[]> {
  return ask<EndedRun>(
    `with chosen as materialized (select workspace_id, id from engine.runs where ${condition}),
     gone as materialized (
       delete from engine.runs r using chosen c where r.workspace_id = c.workspace_id and r.id = c.id returning r.*),
     placed as materialized (
       select g.*, engine.last_seq(g.workspace_id, g.id) + case when $3::text is null then 1 else 2 end as last_seq
       from gone g),
     noted as (
       insert into engine.events (workspace_id, run_id, seq, kind, at, data)
       select workspace_id, id, last_seq - 1, 'run.cancelRequested', ${at}, $3 from placed where $3 is not null
       union all
       select workspace_id, id, last_seq, 'run.finished', ${at}, $2 from placed),
     moved as (
       insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
         subject, request_id, started_by, replay_of, parent, created_at, finished_at, error, last_seq)
       select workspace_id, id, flow_id, version, plan_hash, trigger_id, 'cancelled', epoch, priority, arrived,
         subject, request_id, started_by, replay_of, parent, created_at, ${at}, $5, last_seq
       from placed),
     awaited as materialized (
       select p.workspace_id, p.id, p.last_seq, p.parent, s.path
       from placed p, lateral (select engine.awaiting_step(p.workspace_id, p.id) as path) s
       where p.parent is not null and s.path is not null),
     to_tell as (
       insert into engine.outbox (workspace_id, run_id, seq, kind, target, path)
       select workspace_id, id, last_seq, 'child', parent, path from awaited),
     forgotten_waits as (
       delete from engine.waits w using gone g where w.workspace_id = g.workspace_id and w.run_id = g.id),
     forgotten_arrivals as (
       delete from engine.arrivals a using gone g where a.workspace_id = g.workspace_id and a.run_id = g.id)
     select workspace_id as "workspaceId", id as "runId", id in (select id from awaited) as "isAwaited" from placed`,
    [time, JSON.stringify(end), cancel, ids, end.error ? JSON.stringify(end.error) : null],
  )
}
