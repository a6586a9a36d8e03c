import type { Queryable } from './queryable.ts'

/** Keeps a request to a draft as its trigger's sample, unless somebody made or chose another one. */
export async function putRequestSample(db: Queryable, sample: { flowId: string; stepId: string; value: string }): Promise<void> {
  await db.query(
    `insert into app.samples as s (flow_id, step_id, source, value) values ($1, $2, 'request', $3)
     on conflict (flow_id, step_id) do update set value = excluded.value, at = now() where s.source = 'request'`,
    [sample.flowId, sample.stepId, sample.value],
  )
}
