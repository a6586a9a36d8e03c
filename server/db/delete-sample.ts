import type { Queryable } from './queryable.ts'

export async function deleteSample(db: Queryable, flowId: string, stepId: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from app.samples where flow_id = $1 and step_id = $2', [flowId, stepId])
  return rowCount === 1
}
