import { z } from 'zod'
import { PlanTrigger } from './plan-trigger.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  triggers: z.array(PlanTrigger).nullable(),
})
export type CalledFlow = z.infer<typeof Row>

/** Those of these flows that are in the same workspace as a flow, with what their live versions start from. */
export async function listLiveFlows(db: Queryable, flowId: string, ids: readonly string[]): Promise<CalledFlow[]> {
  const { rows } = await db.query(
    `select f.id, f.name, f.enabled, v.triggers
     from app.flows f left join app.versions v on v.flow_id = f.id and v.version = f.published_version
     where f.id = any($2::text[]) and f.workspace_id = (select workspace_id from app.flows where id = $1)`,
    [flowId, ids],
  )
  return z.array(Row).parse(rows)
}
