import type { JsonText } from '#shared/json.ts'
import type { Queue } from '../control/start-control.ts'
import { plainArray, textArray } from './array-literal.ts'
import type { Database } from './database.ts'
import { endedAfter } from './ended-after.ts'
import type { EventRow } from './event-row.ts'

export interface NewReplay {
  workspaceId: string
  /** The run it is of. */
  oldId: string
  runId: string
  version: number | null
  planHash: string
  by: string
  atMs: number
  /** The data of `run.created`. */
  created: JsonText
  /** What started it; null: what started the old run. */
  trigger: JsonText | null
  /** Events whose payload is that of an event of the old run. */
  copied: { row: EventRow; from: number }[]
  /** Events with a payload of their own. */
  given: EventRow[]
  /** Makes it once: a second one under the key is not made. */
  key: string | null
  /** Where it waits until it may be running. */
  queue: Queue | null
  /** Its name in lists, when it is not the old run's. */
  subject: string | null | undefined
}

/** Payloads above this are stored apart, as event-row.ts does it. */
const largeBytes = 256 * 1024

/**
 * Makes a run that begins with part of another's journal, ready to be claimed, all in one statement: payloads are
 * copied within the database. Gives false when nothing was made: the old run or one of its events is gone, or the key
 * has been used.
 */
export async function insertReplay(database: Pick<Database, 'write'>, replay: NewReplay): Promise<boolean> {
  const { copied, given } = replay
  const rows = await database.write<{ id: string }>(
    `with old as materialized (
       select flow_id, trigger_id, priority, subject, request_id from engine.runs where workspace_id = $1 and id = $2
       union all
       select flow_id, trigger_id, priority, subject, request_id from engine.history
       where workspace_id = $1 and id = $2 and finished_at >= to_timestamp($22::float8)
       limit 1),
     start as materialized (
       select coalesce($8::text, q.trigger, e.payload, p.body) as trigger from old o
       left join engine.requests q on q.workspace_id = $1 and q.id = o.request_id
       left join engine.events e on e.workspace_id = $1 and e.run_id = $2 and e.seq = 0
       left join engine.payloads p on p.workspace_id = $1 and p.run_id = $2 and p.seq = 0),
     wanted as materialized (
       select * from unnest($9::int[], $10::int[], $11::text[], $29::text[], $30::int[], $31::float8[])
         as w(seq, old_seq, data, kind, attempt, at)),
     found as materialized (
       select w.seq, w.old_seq, w.kind, e.path, w.attempt, to_timestamp(w.at / 1000) as at, w.data, e.payload, e.large
       from wanted w join engine.events e on e.workspace_id = $1 and e.run_id = $2 and e.seq = w.old_seq),
     keyed as (
       insert into engine.idempotency_keys (workspace_id, flow_id, key, run_id, expires_at)
       select $1, flow_id, $12, $3, now() + interval '7 days' from old where $12::text is not null
       on conflict do nothing returning key),
     made as materialized (
       insert into engine.runs (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, ready, priority, subject,
         started_by, replay_of, created_at, lane, slots, slot_limit, throttle, held)
       select $1, $3, o.flow_id, $4, $5, o.trigger_id, 'queued', not p.held, o.priority,
         case when $27 then $28 else o.subject end, $6, $2, to_timestamp($7::float8 / 1000), $23, $24, $25, $26, p.held
       from old o cross join lateral (select exists (
         select from engine.paused_flows f where f.workspace_id = $1 and f.flow_id = o.flow_id) as held) p
       where (select count(*) from found) = (select count(*) from wanted)
         and ($12::text is null or exists (select from keyed))
       returning id),
     created as (
       insert into engine.events (workspace_id, run_id, seq, kind, at, data, payload, large)
       select $1, m.id, 0, 'run.created', to_timestamp($7::float8 / 1000), $13,
         case when octet_length(s.trigger) <= ${largeBytes} then s.trigger end, coalesce(octet_length(s.trigger) > ${largeBytes}, false)
       from made m cross join start s),
     large_trigger as (
       insert into engine.payloads (workspace_id, run_id, seq, body)
       select $1, m.id, 0, s.trigger from made m cross join start s where octet_length(s.trigger) > ${largeBytes}),
     copied as (
       insert into engine.events (workspace_id, run_id, seq, kind, path, attempt, at, data, payload, large)
       select $1, m.id, f.seq, f.kind, f.path, f.attempt, f.at, f.data, f.payload, f.large from found f cross join made m),
     large_copied as (
       insert into engine.payloads (workspace_id, run_id, seq, body)
       select $1, m.id, f.seq, p.body from found f cross join made m
       join engine.payloads p on p.workspace_id = $1 and p.run_id = $2 and p.seq = f.old_seq
       where f.large),
     given as materialized (
       select m.id, g.* from unnest($14::int[], $15::text[], $16::text[], $17::int[], $18::float8[], $19::text[], $20::text[], $21::boolean[])
         as g(seq, kind, path, attempt, at, data, payload, large) cross join made m),
     kept_given as (
       insert into engine.events (workspace_id, run_id, seq, kind, path, attempt, at, data, payload, large)
       select $1, id, seq, kind, path, attempt, to_timestamp(at / 1000), data, case when not large then payload end, large from given),
     large_given as (
       insert into engine.payloads (workspace_id, run_id, seq, body) select $1, id, seq, payload from given where large)
     select id from made`,
    [
      replay.workspaceId,
      replay.oldId,
      replay.runId,
      replay.version,
      replay.planHash,
      replay.by,
      replay.atMs,
      replay.trigger,
      plainArray(copied.map(({ row }) => row.seq)),
      plainArray(copied.map(({ from }) => from)),
      textArray(copied.map(({ row }) => row.data)),
      replay.key,
      replay.created,
      plainArray(given.map((row) => row.seq)),
      textArray(given.map((row) => row.kind)),
      textArray(given.map((row) => row.path)),
      plainArray(given.map((row) => row.attempt)),
      plainArray(given.map((row) => row.at)),
      textArray(given.map((row) => row.data)),
      textArray(given.map((row) => row.payload)),
      plainArray(given.map((row) => row.large)),
      endedAfter(replay.oldId),
      replay.queue?.lane ?? null,
      replay.queue?.slots ?? null,
      replay.queue?.slotLimit ?? null,
      replay.queue?.throttle ?? null,
      replay.subject !== undefined,
      replay.subject ?? null,
      textArray(copied.map(({ row }) => row.kind)),
      plainArray(copied.map(({ row }) => row.attempt)),
      plainArray(copied.map(({ row }) => row.at)),
    ],
  )
  return rows.length === 1
}
