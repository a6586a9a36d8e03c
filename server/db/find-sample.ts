import type { Queryable } from './queryable.ts'
import { sampleColumns, sampleFrom, SampleRow, type KeptSample } from './sample-row.ts'

export async function findSample(db: Queryable, flowId: string, stepId: string): Promise<KeptSample | undefined> {
  const { rows } = await db.query(`select ${sampleColumns} from app.samples where flow_id = $1 and step_id = $2`, [
    flowId,
    stepId,
  ])
  return rows[0] === undefined ? undefined : sampleFrom(SampleRow.parse(rows[0]))
}
