import { z } from 'zod'
import { PlanTrigger } from './plan-trigger.ts'
import type { Queryable } from './queryable.ts'

const LiveFlow = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  revision: z.number(),
  version: z.number().nullable(),
  planHash: z.string().nullable(),
  triggers: z.array(PlanTrigger).nullable(),
})
export type LiveFlow = z.infer<typeof LiveFlow>

const columns = `f.id, f.name, f.enabled, f.revision, f.published_version as version, v.plan_hash as "planHash", v.triggers`
const tables = 'app.flows f left join app.versions v on v.flow_id = f.id and v.version = f.published_version'

/** A flow with what its live version starts from; that is null while nothing is published. */
export async function findLiveFlow(db: Queryable, workspaceId: string, flowId: string): Promise<LiveFlow | undefined> {
  const { rows } = await db.query(`select ${columns} from ${tables} where f.workspace_id = $1 and f.id = $2`, [
    workspaceId,
    flowId,
  ])
  return rows[0] === undefined ? undefined : LiveFlow.parse(rows[0])
}

/** Flows that are on and whose live version starts when some flow fails. */
export async function listFailureFlows(db: Queryable, workspaceId: string): Promise<LiveFlow[]> {
  const { rows } = await db.query(
    `select ${columns} from app.versions v join app.flows f on f.id = v.flow_id and f.published_version = v.version
     where v.triggers::text like '%"type":"flowFailed"%' and f.workspace_id = $1 and f.enabled
     order by f.id`,
    [workspaceId],
  )
  return z.array(LiveFlow).parse(rows)
}
