import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { Queryable } from './queryable.ts'

/** A server that was away, or slow, may make up for this much and no more. */
const mostBehindSeconds = 2

/** How many kept requests of a flow may go now, and when the next one may if none; undefined when nobody chose a rate. */
export async function findPace(client: PoolClient, flowId: string): Promise<{ due: number; waitMs: number } | undefined> {
  const { rows } = await client.query<{ due: number; waitMs: number }>(
    `select greatest(0, floor(behind * rate_per_second + 1))::int as due,
       greatest(1, least(1000, ceil(-behind * 1000)))::int as "waitMs"
     from (select rate_per_second, least(${mostBehindSeconds},
         extract(epoch from clock_timestamp() - next_at)::float8) as behind
       from app.request_drains where flow_id = $1 and finished_at is null) as d`,
    [flowId],
  )
  return rows[0]
}

/** So many have gone. */
export async function notePace(client: PoolClient, flowId: string, sent: number): Promise<void> {
  await client.query(
    `update app.request_drains set next_at = greatest(next_at, clock_timestamp() - ${mostBehindSeconds} * interval '1 s')
       + $2 / rate_per_second * interval '1 s'
     where flow_id = $1 and finished_at is null`,
    [flowId, sent],
  )
}

export async function finishDrain(db: Queryable, flowId: string): Promise<void> {
  await db.query('update app.request_drains set finished_at = now() where flow_id = $1 and finished_at is null', [flowId])
}

/** Says how fast kept requests go through; a rate that is only changed goes on where it stood. */
export async function putDrain(db: Queryable, drain: { flowId: string; ratePerSecond: number; by: string }): Promise<void> {
  await db.query(
    `insert into app.request_drains as d (flow_id, rate_per_second, total, asked_by) values ($1, $2, 0, $3)
     on conflict (flow_id) do update set rate_per_second = excluded.rate_per_second, asked_by = excluded.asked_by,
       next_at = clock_timestamp(),
       total = case when d.finished_at is null then d.total else 0 end,
       asked_at = case when d.finished_at is null then d.asked_at else now() end, finished_at = null`,
    [drain.flowId, drain.ratePerSecond, drain.by],
  )
}

/** What there is to send when it was asked for, beside what has gone since. */
export async function putDrainTotal(db: Queryable, flowId: string, total: number): Promise<void> {
  await db.query('update app.request_drains set total = greatest(total, $2) where flow_id = $1', [flowId, total])
}

const Row = z.object({
  ratePerSecond: z.number(),
  total: z.number(),
  askedBy: z.string(),
  askedAt: z.date(),
  finishedAt: z.date().nullable(),
})

export async function findDrain(db: Queryable, flowId: string): Promise<z.infer<typeof Row> | undefined> {
  const { rows } = await db.query(
    `select rate_per_second as "ratePerSecond", total, asked_by as "askedBy", asked_at as "askedAt", finished_at as "finishedAt"
     from app.request_drains where flow_id = $1`,
    [flowId],
  )
  return rows[0] === undefined ? undefined : Row.parse(rows[0])
}
