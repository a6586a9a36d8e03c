import { z } from 'zod'
import type { Queryable } from './queryable.ts'
import { sampleColumns, sampleFrom, SampleRow, type KeptSample } from './sample-row.ts'

export async function listSamples(db: Queryable, flowId: string): Promise<KeptSample[]> {
  const { rows } = await db.query(`select ${sampleColumns} from app.samples where flow_id = $1 order by step_id`, [flowId])
  return z.array(SampleRow).parse(rows).map(sampleFrom)
}
