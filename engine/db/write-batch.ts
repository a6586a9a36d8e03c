import type { PoolClient } from 'pg'
import type { Queue } from '../control/start-control.ts'
import type { InboxRequest } from '../engine-api.ts'
import { plainArray, textArray } from './array-literal.ts'
import type { EventRow } from './event-row.ts'
import type { OutboxRow } from './outbox-row.ts'

/** A run that does not exist yet. It comes into being together with its first events. */
export interface NewRun {
  flowId: string
  version: number | null
  planHash: string
  triggerId: string
  /** By the worker that writes the batch; else it is left for anybody to claim. */
  owned: boolean
  priority: number
  dueAt: number | null
  /** Where it waits until it may be running; null: nothing limits that. */
  queue: Queue | null
  /** Not begun by then, it is cancelled. */
  startBy: number | null
  /** Its flow was paused when it was asked for. */
  isPaused: boolean
  subject: string | null
  startedBy: string | null
  /** The run that started it. */
  parent: string | null
  /** Its id was chosen beforehand, and whoever comes with it second makes nothing. */
  isNamed: boolean
  /** It is started for a run this worker has: only as long as the worker counts as alive. */
  isFenced: boolean
  createdAt: number
  key: string | null
  /** How long the key leads to this run. */
  keyForMs: number
  inputHash: string | null
  request: (InboxRequest & { trigger: string }) | null
}

export interface LogRow {
  seq: number
  n: number
  path: string
  attempt: number
  at: number
  level: string
  message: string
  data: string | null
}

export interface MetricRow {
  flowId: string
  seq: number
  n: number
  path: string
  at: number
  name: string
  value: number
  tags: string | null
}

export interface WaitRow {
  kind: string
  name: string | null
  openedAt: number
  dueAt: number | null
  /** The run it is for the end of. */
  child: string | null
  /** What ends it, when that is an event. */
  event?: WaitedEvent | undefined
}

/** A question to people. */
export interface QuestionRow {
  id: string
  path: string
  flowId: string
  title: string
  message: string
  fields: string
  /** A JSON list; null: whoever has the link. */
  approvers: string | null
  required: number
  requester: string | null
  excludesRequester: boolean
  onTimeout: string
  askedAt: number
  expiresAt: number | null
  remindAt: number | null
}

export interface WaitedEvent {
  name: string
  matchPath: string | null
  matchValue: string | null
  /** When it can be judged by the event alone. */
  match: string | null
  isClosed: boolean
  since: number
}

/** Everything one run wants committed, all of it or nothing. */
export interface RunWrites {
  workspaceId: string
  runId: string
  epoch: number
  /** About how many characters of data there are in it. */
  size: number
  create: NewRun | undefined
  events: EventRow[]
  opened: Map<string, WaitRow>
  closed: Set<string>
  /** Keys of events that have served a wait. */
  spent: Set<string>
  asked: QuestionRow[]
  /** What became of questions that nobody has answered, by their id. */
  answered: Map<string, { state: string; at: number }>
  logs: LogRow[]
  metrics: MetricRow[]
  outbox: OutboxRow[]
  /** Steps whose attempt is over and gives its slot back; '' stands for all of the run. */
  slotsFreed: Set<string>
  /** Lets the run go; `seen` arrivals were taken in, more than that make it ready at once. */
  release: { status: 'waiting' | 'queued'; dueAt: number | null; seen: number; ready: boolean } | undefined
  finish:
    | {
        status: string
        error: string | null
        finishedAt: number
        outputSeq: number | null
        lastSeq: number
        forgetWaits: boolean
      }
    | undefined
}

export interface WrittenRun {
  /** How many arrivals were ever addressed to the run. */
  arrived: number
}

/**
 * Commits the writes of many runs in one statement, each run's only if it is still this worker's in this epoch, or
 * new and admitted. Gives the runs that were written; of the others nothing was. Nothing is ever written twice: sent
 * again after it was committed, a batch breaks the keys of its events and changes nothing.
 *
 * Rows are locked in id order, as by every other writer of runs, so writers never wait for each other in a circle.
 */
export async function writeBatch(
  client: PoolClient,
  workerId: string,
  batch: readonly RunWrites[],
): Promise<Map<number, WrittenRun>> {
  const { text, values } = buildStatement(workerId, batch)
  const { rows } = await client.query<{ n: number; arrived: number }>(text, values)
  return new Map(rows.map(({ n, arrived }) => [n - 1, { arrived }]))
}

/** Which runs of a batch have its last event committed: tells what became of a batch whose answer was lost. */
export async function findWritten(client: PoolClient, batch: readonly RunWrites[]): Promise<Map<number, WrittenRun>> {
  const last = batch.map((writes) => writes.events.at(-1))
  const { rows } = await client.query<{ n: number; arrived: number }>(
    `select b.n::int, coalesce(r.arrived, 0) as arrived
     from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::float8[]) with ordinality
       as b(workspace_id, run_id, seq, kind, at, n)
     join engine.events e on e.workspace_id = b.workspace_id and e.run_id = b.run_id and e.seq = b.seq
       and e.kind = b.kind and e.at = to_timestamp(b.at / 1000)
     left join engine.runs r on r.workspace_id = b.workspace_id and r.id = b.run_id`,
    [
      textArray(batch.map((writes) => writes.workspaceId)),
      textArray(batch.map((writes) => writes.runId)),
      plainArray(last.map((event) => event?.seq ?? -1)),
      textArray(last.map((event) => event?.kind ?? null)),
      plainArray(last.map((event) => event?.at ?? null)),
    ],
  )
  return new Map(rows.map(({ n, arrived }) => [n - 1, { arrived }]))
}

function buildStatement(workerId: string, batch: readonly RunWrites[]): { text: string; values: unknown[] } {
  const values: unknown[] = [workerId]
  const column = (literal: string, type: string) => `$${values.push(literal)}::${type}[]`
  const parts: string[] = []

  parts.push(`batch as materialized (
    select b.workspace_id, b.run_id, b.epoch, b.n::int as n from unnest(
      ${column(textArray(batch.map((writes) => writes.workspaceId)), 'text')},
      ${column(textArray(batch.map((writes) => writes.runId)), 'text')},
      ${column(plainArray(batch.map((writes) => (writes.create ? 0 : writes.epoch))), 'int')}
    ) with ordinality as b(workspace_id, run_id, epoch, n))`)
  parts.push(`held as materialized (
    select b.n, r.workspace_id, r.id as run_id, r.arrived
    from batch b join engine.runs r on r.workspace_id = b.workspace_id and r.id = b.run_id
    where r.epoch = b.epoch and r.worker_id = $1
    order by r.id for no key update of r)`)

  const created = rowsOf(batch, (writes) => (writes.create ? [writes.create] : []))
  if (created.length > 0) parts.push(...admission(created, column))
  parts.push(`mine as materialized (
    select n, workspace_id, run_id, arrived from held
    ${created.length > 0 ? 'union all select n, workspace_id, run_id, 0 from admitted' : ''})`)

  const events = rowsOf(batch, (writes) => writes.events)
  parts.push(`journal as (
    insert into engine.events (workspace_id, run_id, seq, kind, path, attempt, at, data, payload, large)
    select m.workspace_id, m.run_id, e.seq, e.kind, e.path, e.attempt, to_timestamp(e.at / 1000), e.data, e.payload, e.large
    from unnest(
      ${column(plainArray(events.map(([n]) => n)), 'int')},
      ${column(plainArray(events.map(([, event]) => event.seq)), 'int')},
      ${column(textArray(events.map(([, event]) => event.kind)), 'text')},
      ${column(textArray(events.map(([, event]) => event.path)), 'text')},
      ${column(plainArray(events.map(([, event]) => event.attempt)), 'int')},
      ${column(plainArray(events.map(([, event]) => event.at)), 'float8')},
      ${column(textArray(events.map(([, event]) => event.data)), 'text')},
      ${column(textArray(events.map(([, event]) => (event.large ? null : event.payload))), 'text')},
      ${column(plainArray(events.map(([, event]) => event.large)), 'boolean')}
    ) as e(n, seq, kind, path, attempt, at, data, payload, large) join mine m on m.n = e.n)`)

  const large = events.filter(([, event]) => event.large)
  if (large.length > 0) {
    parts.push(`large as (
      insert into engine.payloads (workspace_id, run_id, seq, body)
      select m.workspace_id, m.run_id, p.seq, p.body from unnest(
        ${column(plainArray(large.map(([n]) => n)), 'int')},
        ${column(plainArray(large.map(([, event]) => event.seq)), 'int')},
        ${column(textArray(large.map(([, event]) => event.payload)), 'text')}
      ) as p(n, seq, body) join mine m on m.n = p.n)`)
  }

  const logs = rowsOf(batch, (writes) => writes.logs)
  if (logs.length > 0) {
    parts.push(`logs as (
      insert into engine.logs (workspace_id, run_id, seq, n, path, attempt, at, level, message, data)
      select m.workspace_id, m.run_id, l.seq, l.i, l.path, l.attempt, to_timestamp(l.at / 1000), l.level, l.message, l.data
      from unnest(
        ${column(plainArray(logs.map(([n]) => n)), 'int')},
        ${column(plainArray(logs.map(([, line]) => line.seq)), 'int')},
        ${column(plainArray(logs.map(([, line]) => line.n)), 'int')},
        ${column(textArray(logs.map(([, line]) => line.path)), 'text')},
        ${column(plainArray(logs.map(([, line]) => line.attempt)), 'int')},
        ${column(plainArray(logs.map(([, line]) => line.at)), 'float8')},
        ${column(textArray(logs.map(([, line]) => line.level)), 'text')},
        ${column(textArray(logs.map(([, line]) => line.message)), 'text')},
        ${column(textArray(logs.map(([, line]) => line.data)), 'text')}
      ) as l(n, seq, i, path, attempt, at, level, message, data) join mine m on m.n = l.n)`)
  }

  const metrics = rowsOf(batch, (writes) => writes.metrics)
  if (metrics.length > 0) parts.push(...counting(metrics, column))

  const closed = rowsOf(batch, (writes) => [...writes.closed])
  if (closed.length > 0) {
    parts.push(`closed as (
      delete from engine.waits w using unnest(
        ${column(plainArray(closed.map(([n]) => n)), 'int')},
        ${column(textArray(closed.map(([, path]) => path)), 'text')}
      ) as c(n, path) join mine m on m.n = c.n
      where w.workspace_id = m.workspace_id and w.run_id = m.run_id and w.path = c.path)`)
  }

  const spent = rowsOf(batch, (writes) => [...writes.spent])
  if (spent.length > 0) {
    parts.push(`spent as (
      update engine.arrivals a set spent = true, body = null from unnest(
        ${column(plainArray(spent.map(([n]) => n)), 'int')},
        ${column(textArray(spent.map(([, key]) => key)), 'text')}
      ) as s(n, key) join mine m on m.n = s.n
      where a.workspace_id = m.workspace_id and a.run_id = m.run_id and a.path = '' and a.key = s.key)`)
  }

  const slots = rowsOf(batch, (writes) => [...writes.slotsFreed])
  if (slots.length > 0) {
    parts.push(`slots_freed as (
      delete from engine.step_slots s using unnest(
        ${column(plainArray(slots.map(([n]) => n)), 'int')},
        ${column(textArray(slots.map(([, path]) => path)), 'text')}
      ) as f(n, path) join mine m on m.n = f.n
      where s.workspace_id = m.workspace_id and s.run_id = m.run_id and (f.path = '' or s.path = f.path))`)
  }

  const opened = rowsOf(batch, (writes) => [...writes.opened])
  if (opened.length > 0) {
    const awaited = opened.map(([, [, { event }]]) => event)
    parts.push(`opened as (
      insert into engine.waits (workspace_id, run_id, path, kind, name, opened_at, due_at, child,
        event_name, match_path, match_value, match, is_closed, since, looked)
      select m.workspace_id, m.run_id, w.path, w.kind, w.name, to_timestamp(w.opened_at / 1000),
        to_timestamp(w.due_at / 1000), w.child,
        w.event_name, w.match_path, w.match_value, w.match, w.is_closed, to_timestamp(w.since / 1000), w.event_name is null
      from unnest(
        ${column(plainArray(opened.map(([n]) => n)), 'int')},
        ${column(textArray(opened.map(([, [path]]) => path)), 'text')},
        ${column(textArray(opened.map(([, [, wait]]) => wait.kind)), 'text')},
        ${column(textArray(opened.map(([, [, wait]]) => wait.name)), 'text')},
        ${column(plainArray(opened.map(([, [, wait]]) => wait.openedAt)), 'float8')},
        ${column(plainArray(opened.map(([, [, wait]]) => wait.dueAt)), 'float8')},
        ${column(textArray(opened.map(([, [, wait]]) => wait.child)), 'text')},
        ${column(textArray(awaited.map((event) => event?.name ?? null)), 'text')},
        ${column(textArray(awaited.map((event) => event?.matchPath ?? null)), 'text')},
        ${column(textArray(awaited.map((event) => event?.matchValue ?? null)), 'text')},
        ${column(textArray(awaited.map((event) => event?.match ?? null)), 'text')},
        ${column(plainArray(awaited.map((event) => event?.isClosed ?? null)), 'boolean')},
        ${column(plainArray(awaited.map((event) => event?.since ?? null)), 'float8')}
      ) as w(n, path, kind, name, opened_at, due_at, child, event_name, match_path, match_value, match, is_closed, since)
        join mine m on m.n = w.n
      on conflict (workspace_id, run_id, path) do update
        set kind = excluded.kind, name = excluded.name, opened_at = excluded.opened_at, due_at = excluded.due_at,
          child = excluded.child,
          event_name = excluded.event_name, match_path = excluded.match_path, match_value = excluded.match_value,
          match = excluded.match, is_closed = excluded.is_closed, since = excluded.since, looked = excluded.looked)`)
  }

  const asked = rowsOf(batch, (writes) => writes.asked)
  if (asked.length > 0) parts.push(asking(asked, column))
  const answered = rowsOf(batch, (writes) => [...writes.answered])
  if (answered.length > 0) parts.push(answering(answered, column))

  const outbox = rowsOf(batch, (writes) => writes.outbox)
  if (outbox.length > 0) {
    parts.push(`to_do as (
      insert into engine.outbox (workspace_id, run_id, seq, kind, target, path, body)
      select m.workspace_id, m.run_id, o.seq, o.kind, o.target, o.path, o.body from unnest(
        ${column(plainArray(outbox.map(([n]) => n)), 'int')},
        ${column(plainArray(outbox.map(([, row]) => row.seq)), 'int')},
        ${column(textArray(outbox.map(([, row]) => row.kind)), 'text')},
        ${column(textArray(outbox.map(([, row]) => row.target)), 'text')},
        ${column(textArray(outbox.map(([, row]) => row.path)), 'text')},
        ${column(textArray(outbox.map(([, row]) => row.body)), 'text')}
      ) as o(n, seq, kind, target, path, body) join mine m on m.n = o.n)`)
  }

  const releases = rowsOf(batch, (writes) => (writes.release ? [writes.release] : []))
  if (releases.length > 0) {
    parts.push(`let_go as materialized (
      select * from unnest(
        ${column(plainArray(releases.map(([n]) => n)), 'int')},
        ${column(textArray(releases.map(([, release]) => release.status)), 'text')},
        ${column(plainArray(releases.map(([, release]) => release.dueAt)), 'float8')},
        ${column(plainArray(releases.map(([, release]) => release.seen)), 'int')},
        ${column(plainArray(releases.map(([, release]) => release.ready)), 'boolean')}
      ) as l(n, status, due_at, seen, ready))`)
    parts.push(`released as (
      update engine.runs r
      set worker_id = null, status = l.status, due_at = to_timestamp(l.due_at / 1000), ready = l.ready or h.arrived > l.seen
      from let_go l join held h on h.n = l.n
      where r.workspace_id = h.workspace_id and r.id = h.run_id)`)
  }

  const finishes = rowsOf(batch, (writes) => (writes.finish ? [writes.finish] : []))
  if (finishes.length > 0) {
    parts.push(`ends as materialized (
      select * from unnest(
        ${column(plainArray(finishes.map(([n]) => n)), 'int')},
        ${column(textArray(finishes.map(([, finish]) => finish.status)), 'text')},
        ${column(textArray(finishes.map(([, finish]) => finish.error)), 'text')},
        ${column(plainArray(finishes.map(([, finish]) => finish.finishedAt)), 'float8')},
        ${column(plainArray(finishes.map(([, finish]) => finish.outputSeq)), 'int')},
        ${column(plainArray(finishes.map(([, finish]) => finish.lastSeq)), 'int')},
        ${column(plainArray(finishes.map(([, finish]) => finish.forgetWaits)), 'boolean')}
      ) as e(n, status, error, finished_at, output_seq, last_seq, forget_waits))`)
    const heldEnds = batch.some((writes) => writes.finish && !writes.create)
    const newEnds = batch.some((writes) => writes.finish && writes.create)
    if (heldEnds) parts.push(...moveToHistory)
    if (newEnds) parts.push(straightToHistory)
    if (heldEnds && finishes.some(([, finish]) => finish.forgetWaits)) parts.push(...forgetWaits)
  }
  if (created.some(([, run]) => !batchFinishes(batch, run))) {
    const queued = created.filter(([, run]) => !run.owned)
    if (queued.length > 0) parts.push(queues(queued, column))
    parts.push(insertRuns({ someEnd: finishes.length > 0, someLetGo: releases.length > 0, someQueue: queued.length > 0 }))
  }

  return {
    text: `with ${parts.join(',\n')}\nselect n, arrived from mine`,
    values,
  }
}

function batchFinishes(batch: readonly RunWrites[], run: NewRun): boolean {
  return batch.some((writes) => writes.create === run && writes.finish !== undefined)
}

type Column = (literal: string, type: string) => string

/** Who may come into being: a run under a key only as the first, an owned run only while its worker counts as alive. */
function admission(created: [number, NewRun][], column: Column): string[] {
  const withKeys = created.some(([, run]) => run.key !== null)
  const withNames = created.some(([, run]) => run.isNamed)
  const requests = created.flatMap(([n, { request }]) => (request ? [[n, request] as const] : []))
  const kept = requests.filter(([, request]) => request.isKept)
  const parts = [
    `alive as materialized (
      select id from engine.workers where id = $1 and state = 'live' for key share)`,
    `fresh as materialized (
      select * from unnest(
        ${column(plainArray(created.map(([n]) => n)), 'int')},
        ${column(textArray(created.map(([, run]) => run.flowId)), 'text')},
        ${column(plainArray(created.map(([, run]) => run.version)), 'int')},
        ${column(textArray(created.map(([, run]) => run.planHash)), 'text')},
        ${column(textArray(created.map(([, run]) => run.triggerId)), 'text')},
        ${column(plainArray(created.map(([, run]) => run.owned)), 'boolean')},
        ${column(plainArray(created.map(([, run]) => run.priority)), 'smallint')},
        ${column(plainArray(created.map(([, run]) => run.dueAt)), 'float8')},
        ${column(textArray(created.map(([, run]) => run.subject)), 'text')},
        ${column(textArray(created.map(([, run]) => run.request?.id ?? null)), 'text')},
        ${column(textArray(created.map(([, run]) => run.startedBy)), 'text')},
        ${column(plainArray(created.map(([, run]) => run.createdAt)), 'float8')},
        ${column(textArray(created.map(([, run]) => run.parent)), 'text')}
        ${withKeys ? `, ${column(textArray(created.map(([, run]) => run.key)), 'text')}` : ''}
        ${
          withKeys
            ? `, ${column(textArray(created.map(([, run]) => run.inputHash)), 'text')}, ${column(plainArray(created.map(([, run]) => run.keyForMs)), 'float8')}`
            : ''
        }
        ${kept.length > 0 ? `, ${column(textArray(created.map(([, { request }]) => (request?.isKept ? request.id : null))), 'text')}` : ''}
        ${withNames ? `, ${column(plainArray(created.map(([, run]) => run.isNamed)), 'boolean')}` : ''}
        ${withNames ? `, ${column(plainArray(created.map(([, run]) => run.isFenced)), 'boolean')}` : ''}
      ) as f(n, flow_id, version, plan_hash, trigger_id, owned, priority, due_at, subject, request_id, started_by, created_at, parent
        ${withKeys ? ', key, input_hash, key_for_ms' : ''} ${kept.length > 0 ? ', kept_id' : ''}
        ${withNames ? ', is_named, is_fenced' : ''}))`,
  ]
  const permitted = withNames
    ? `(not (f.owned or f.is_fenced) or exists (select from alive))
       and (not f.is_named or not (
         exists (select from engine.runs r where r.workspace_id = b.workspace_id and r.id = b.run_id)
         or exists (select from engine.history h where h.workspace_id = b.workspace_id and h.id = b.run_id)))`
    : '(not f.owned or exists (select from alive))'
  // A request that was kept makes one run, however many send it through.
  const isFree =
    kept.length === 0
      ? ''
      : "and (f.kept_id is null or exists (select from engine.requests r where r.workspace_id = b.workspace_id and r.id = f.kept_id and r.state = 'kept'))"
  if (withKeys) {
    parts.push(`keyed as (
      insert into engine.idempotency_keys as k (workspace_id, flow_id, key, run_id, input_hash, expires_at)
      select b.workspace_id, f.flow_id, f.key, b.run_id, f.input_hash, now() + f.key_for_ms * interval '1 ms'
      from fresh f join batch b on b.n = f.n where f.key is not null and ${permitted} ${isFree}
      order by b.workspace_id, f.flow_id, f.key
      on conflict (workspace_id, flow_id, key) do update
        set run_id = excluded.run_id, input_hash = excluded.input_hash, expires_at = excluded.expires_at
        where k.expires_at <= now()
      returning k.run_id)`)
  }
  const isFirst = withKeys ? 'and (f.key is null or b.run_id in (select run_id from keyed))' : ''
  if (kept.length > 0) {
    parts.push(`sent as (
      update engine.requests r set state = 'started', reason = null, run_id = b.run_id
      from fresh f join batch b on b.n = f.n
      where r.workspace_id = b.workspace_id and r.id = f.kept_id and r.state = 'kept' and ${permitted} ${isFirst}
      returning f.n)`)
  }
  parts.push(`admitted as materialized (
    select f.*, b.workspace_id, b.run_id from fresh f join batch b on b.n = f.n
    where ${permitted} ${isFirst} ${kept.length > 0 ? 'and (f.kept_id is null or f.n in (select n from sent))' : ''})`)
  const fresh = requests.filter(([, request]) => !request.isKept)
  if (fresh.length > 0) {
    parts.push(`received as (
      insert into engine.requests (workspace_id, id, flow_id, run_id, state, method, path, remote, size_bytes, trigger)
      select a.workspace_id, q.id, a.flow_id, a.run_id, 'started', q.method, q.path, q.remote, q.size_bytes, q.trigger
      from unnest(
        ${column(plainArray(fresh.map(([n]) => n)), 'int')},
        ${column(textArray(fresh.map(([, request]) => request.id)), 'text')},
        ${column(textArray(fresh.map(([, request]) => request.method)), 'text')},
        ${column(textArray(fresh.map(([, request]) => request.path)), 'text')},
        ${column(textArray(fresh.map(([, request]) => request.remote)), 'text')},
        ${column(plainArray(fresh.map(([, request]) => request.sizeBytes)), 'int')},
        ${column(textArray(fresh.map(([, request]) => request.trigger)), 'text')}
      ) as q(n, id, method, path, remote, size_bytes, trigger) join admitted a on a.n = q.n)`)
  }
  return parts
}

function asking(asked: [number, QuestionRow][], column: Column): string {
  return `asked as (
    insert into engine.approvals (workspace_id, run_id, id, path, flow_id, title, message, fields, approvers, required,
      requester, excludes_requester, on_timeout, asked_at, expires_at, remind_at)
    select m.workspace_id, m.run_id, q.id, q.path, q.flow_id, q.title, q.message, q.fields,
      case when q.approvers is not null then array(select json_array_elements_text(q.approvers::json)) end, q.required,
      q.requester, q.excludes_requester, q.on_timeout, to_timestamp(q.asked_at / 1000), to_timestamp(q.expires_at / 1000),
      to_timestamp(q.remind_at / 1000)
    from unnest(
      ${column(plainArray(asked.map(([n]) => n)), 'int')},
      ${column(textArray(asked.map(([, one]) => one.id)), 'text')},
      ${column(textArray(asked.map(([, one]) => one.path)), 'text')},
      ${column(textArray(asked.map(([, one]) => one.flowId)), 'text')},
      ${column(textArray(asked.map(([, one]) => one.title)), 'text')},
      ${column(textArray(asked.map(([, one]) => one.message)), 'text')},
      ${column(textArray(asked.map(([, one]) => one.fields)), 'text')},
      ${column(textArray(asked.map(([, one]) => one.approvers)), 'text')},
      ${column(plainArray(asked.map(([, one]) => one.required)), 'int')},
      ${column(textArray(asked.map(([, one]) => one.requester)), 'text')},
      ${column(plainArray(asked.map(([, one]) => one.excludesRequester)), 'boolean')},
      ${column(textArray(asked.map(([, one]) => one.onTimeout)), 'text')},
      ${column(plainArray(asked.map(([, one]) => one.askedAt)), 'float8')},
      ${column(plainArray(asked.map(([, one]) => one.expiresAt)), 'float8')},
      ${column(plainArray(asked.map(([, one]) => one.remindAt)), 'float8')}
    ) as q(n, id, path, flow_id, title, message, fields, approvers, required, requester, excludes_requester, on_timeout,
      asked_at, expires_at, remind_at) join mine m on m.n = q.n)`
}

/** A question that people have answered in the meantime stays as they have answered it. */
function answering(answered: [number, [id: string, { state: string; at: number }]][], column: Column): string {
  return `answered as (
    update engine.approvals a set state = s.state, decided_at = to_timestamp(s.at / 1000) from unnest(
      ${column(plainArray(answered.map(([n]) => n)), 'int')},
      ${column(textArray(answered.map(([, [id]]) => id)), 'text')},
      ${column(textArray(answered.map(([, [, { state }]]) => state)), 'text')},
      ${column(plainArray(answered.map(([, [, { at }]]) => at)), 'float8')}
    ) as s(n, id, state, at) join mine m on m.n = s.n
    where a.workspace_id = m.workspace_id and a.id = s.id and a.state = 'open')`
}

/** What a step counts takes the place of what it counted when it ended before, as when a person let it try again. */
function counting(metrics: [number, MetricRow][], column: Column): string[] {
  return [
    `counted as materialized (
      select m.workspace_id, m.run_id, c.* from unnest(
        ${column(plainArray(metrics.map(([n]) => n)), 'int')},
        ${column(plainArray(metrics.map(([, metric]) => metric.seq)), 'int')},
        ${column(plainArray(metrics.map(([, metric]) => metric.n)), 'int')},
        ${column(textArray(metrics.map(([, metric]) => metric.path)), 'text')},
        ${column(plainArray(metrics.map(([, metric]) => metric.at)), 'float8')},
        ${column(textArray(metrics.map(([, metric]) => metric.name)), 'text')},
        ${column(plainArray(metrics.map(([, metric]) => metric.value)), 'float8')},
        ${column(textArray(metrics.map(([, metric]) => metric.tags)), 'text')}
      ) as c(n, seq, i, path, at, name, value, tags) join mine m on m.n = c.n)`,
    `counted_before as materialized (
      select engine.forget_counts(workspace_id, run_id, path, min(seq)) as is_forgotten
      from counted group by workspace_id, run_id, path)`,
    `metrics as (
      insert into engine.metrics (workspace_id, run_id, seq, n, path, at, name, value, tags)
      select workspace_id, run_id, seq, i, path, to_timestamp(at / 1000), name, value, tags from counted
      where (select bool_and(is_forgotten) from counted_before))`,
  ]
}

/** Where runs that nobody owns yet wait for their turn; those of a paused flow are held. */
function queues(queued: [number, NewRun][], column: Column): string {
  return `queues as materialized (
    select q.*, exists (select from engine.paused_flows p
      where p.workspace_id = a.workspace_id and p.flow_id = a.flow_id) as held
    from unnest(
      ${column(plainArray(queued.map(([n]) => n)), 'int')},
      ${column(textArray(queued.map(([, { queue }]) => queue?.lane ?? null)), 'text')},
      ${column(textArray(queued.map(([, { queue }]) => queue?.slots ?? null)), 'text')},
      ${column(plainArray(queued.map(([, { queue }]) => queue?.slotLimit ?? null)), 'int')},
      ${column(textArray(queued.map(([, { queue }]) => queue?.throttle ?? null)), 'text')},
      ${column(plainArray(queued.map(([, { startBy }]) => startBy)), 'float8')}
    ) as q(n, lane, slots, slot_limit, throttle, start_by) join admitted a on a.n = q.n)`
}

/** A run that is let go in the very batch that makes it never was this worker's. */
function insertRuns({ someEnd, someLetGo, someQueue }: { someEnd: boolean; someLetGo: boolean; someQueue: boolean }): string {
  const kept = someLetGo ? '(a.owned and l.n is null)' : 'a.owned'
  const isReady = `not a.owned and a.due_at is null${someQueue ? ' and not q.held' : ''}`
  return `created as (
    insert into engine.runs (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, worker_id, ready, due_at,
      priority, subject, request_id, started_by, parent, created_at, started_at
      ${someQueue ? ', lane, slots, slot_limit, throttle, start_by, held' : ''})
    select a.workspace_id, a.run_id, a.flow_id, a.version, a.plan_hash, a.trigger_id,
      case when ${kept} then 'running' else ${someLetGo ? "coalesce(l.status, 'queued')" : "'queued'"} end,
      case when ${kept} then $1 end,
      ${someLetGo ? `coalesce(l.ready, ${isReady})` : isReady},
      to_timestamp(${someLetGo ? 'coalesce(l.due_at, a.due_at)' : 'a.due_at'} / 1000), a.priority, a.subject, a.request_id,
      a.started_by, a.parent, to_timestamp(a.created_at / 1000), case when a.owned then to_timestamp(a.created_at / 1000) end
      ${someQueue ? ', q.lane, q.slots, q.slot_limit, q.throttle, to_timestamp(q.start_by / 1000), coalesce(q.held, false)' : ''}
    from admitted a ${someLetGo ? 'left join let_go l on l.n = a.n' : ''} ${someQueue ? 'left join queues q on q.n = a.n' : ''}
    ${someEnd ? 'where a.n not in (select n from ends)' : ''})`
}

const historyColumns = `workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived, subject,
  request_id, started_by, replay_of, parent, created_at, started_at, finished_at, error, output_seq, last_seq`

const moveToHistory = [
  `gone as (
    delete from engine.runs r using ends e join held h on h.n = e.n
    where r.workspace_id = h.workspace_id and r.id = h.run_id
    returning r.workspace_id, r.id, r.flow_id, r.version, r.plan_hash, r.trigger_id, e.status, r.epoch, r.priority, r.arrived,
      r.subject, r.request_id, r.started_by, r.replay_of, r.parent, r.created_at, r.started_at,
      to_timestamp(e.finished_at / 1000), e.error, e.output_seq, e.last_seq)`,
  `moved as (insert into engine.history (${historyColumns}) select * from gone)`,
]

const straightToHistory = `done as (
  insert into engine.history (${historyColumns})
  select a.workspace_id, a.run_id, a.flow_id, a.version, a.plan_hash, a.trigger_id, e.status, 1, a.priority, 0, a.subject,
    a.request_id, a.started_by, null, a.parent, to_timestamp(a.created_at / 1000), to_timestamp(a.created_at / 1000),
    to_timestamp(e.finished_at / 1000), e.error, e.output_seq, e.last_seq
  from admitted a join ends e on e.n = a.n)`

const forgetWaits = [
  `forgotten_waits as (
    delete from engine.waits w using ends e join held h on h.n = e.n
    where e.forget_waits and w.workspace_id = h.workspace_id and w.run_id = h.run_id)`,
  `forgotten_arrivals as (
    delete from engine.arrivals a using ends e join held h on h.n = e.n
    where e.forget_waits and a.workspace_id = h.workspace_id and a.run_id = h.run_id)`,
]

function rowsOf<T>(batch: readonly RunWrites[], pick: (writes: RunWrites) => readonly T[]): [n: number, row: T][] {
  const rows: [number, T][] = []
  for (let i = 0; i < batch.length; i++) {
    const writes = batch[i]
    if (writes) for (const row of pick(writes)) rows.push([i + 1, row])
  }
  return rows
}
