import type { PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'
import type { EventRow } from './event-row.ts'
import type { NewRun } from './write-batch.ts'

export interface ReplacedStart {
  workspaceId: string
  runId: string
  run: NewRun
  /** Its first event, which says what it starts from. */
  created: EventRow
}

/** Lets runs that have not begun start from something else: as if they had been made of this start. */
export async function replaceStarts(client: PoolClient, replaced: readonly ReplacedStart[]): Promise<void> {
  if (replaced.length === 0) return
  const large = replaced.filter(({ created }) => created.large)
  await client.query(
    `with s as materialized (
       select * from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[],
         $9::text[], $10::text[], $11::boolean[])
         as s(workspace_id, id, version, plan_hash, trigger_id, subject, request_id, priority, data, payload, large)),
     starts as (
       update engine.runs r set version = s.version, plan_hash = s.plan_hash, trigger_id = s.trigger_id, subject = s.subject,
         request_id = s.request_id, priority = s.priority
       from s where r.workspace_id = s.workspace_id and r.id = s.id),
     first_events as (
       update engine.events e set data = s.data, payload = s.payload, large = s.large
       from s where e.workspace_id = s.workspace_id and e.run_id = s.id and e.seq = 0)
     delete from engine.payloads p using s where p.workspace_id = s.workspace_id and p.run_id = s.id and p.seq = 0`,
    [
      textArray(replaced.map((one) => one.workspaceId)),
      textArray(replaced.map((one) => one.runId)),
      plainArray(replaced.map((one) => one.run.version)),
      textArray(replaced.map((one) => one.run.planHash)),
      textArray(replaced.map((one) => one.run.triggerId)),
      textArray(replaced.map((one) => one.run.subject)),
      textArray(replaced.map((one) => one.run.request?.id ?? null)),
      plainArray(replaced.map((one) => one.run.priority)),
      textArray(replaced.map((one) => one.created.data)),
      textArray(replaced.map((one) => (one.created.large ? null : one.created.payload))),
      plainArray(replaced.map((one) => one.created.large)),
    ],
  )
  if (large.length > 0) {
    const items = large.map((one) => ({ ...one, place: 0, body: one.created.payload ?? 'null' }))
    await insertPayloads(client, items)
  }
}

/** Payloads of runs that have not begun. Those of a batch's starts have numbers below 0: -1 is the first. */
export async function insertPayloads(
  client: PoolClient,
  items: readonly { workspaceId: string; runId: string; place: number; body: string }[],
): Promise<void> {
  if (items.length === 0) return
  await client.query(
    `insert into engine.payloads (workspace_id, run_id, seq, body)
     select * from unnest($1::text[], $2::text[], $3::int[], $4::text[])`,
    [
      textArray(items.map((one) => one.workspaceId)),
      textArray(items.map((one) => one.runId)),
      plainArray(items.map((one) => one.place)),
      textArray(items.map((one) => one.body)),
    ],
  )
}
