import type { Queryable } from './queryable.ts'
import { sampleColumns, sampleFrom, SampleRow, type KeptSample } from './sample-row.ts'

/** Keeps a step's sample in place of the one before it. */
export async function putSample(
  db: Queryable,
  sample: { flowId: string; stepId: string; source: KeptSample['source']; value: string },
): Promise<KeptSample> {
  const { rows } = await db.query(
    `insert into app.samples (flow_id, step_id, source, value) values ($1, $2, $3, $4)
     on conflict (flow_id, step_id) do update set source = excluded.source, value = excluded.value, at = now()
     returning ${sampleColumns}`,
    [sample.flowId, sample.stepId, sample.source, sample.value],
  )
  return sampleFrom(SampleRow.parse(rows[0]))
}
