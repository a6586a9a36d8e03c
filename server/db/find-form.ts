import { z } from 'zod'
import { Json } from '#shared/json.ts'
import { PlanTrigger } from './plan-trigger.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  workspace_id: z.string(),
  flow_id: z.string(),
  name: z.string(),
  live_node_id: z.string().nullable(),
  draft_node_id: z.string().nullable(),
  draft_params: z.record(z.string(), Json).nullable(),
  enabled: z.boolean(),
  paused: z.boolean(),
  version: z.number().nullable(),
  plan_hash: z.string().nullable(),
  triggers: z.array(PlanTrigger).nullable(),
  form_steps: z.array(z.string()),
})

/** A form by its path: as it was published, or as it is being made while nothing of it is. */
export type FoundForm = {
  workspaceId: string
  flowId: string
  flowName: string
  nodeId: string
  params: { [name: string]: Json }
} & (
  | {
      state: 'live'
      version: number
      planHash: string
      /** The steps that ask with a form of their own. */
      formSteps: string[]
    }
  | { state: 'disabled' | 'paused' | 'draft' }
)

export async function findForm(db: Queryable, path: string): Promise<FoundForm | undefined> {
  const { rows } = await db.query(
    `select f.workspace_id, e.flow_id, f.name, e.live_node_id, e.draft_node_id, f.enabled, f.paused,
       (select n -> 'params' from json_array_elements(f.document -> 'nodes') n
         where n ->> 'id' = e.draft_node_id limit 1) as draft_params,
       v.version, v.plan_hash, v.triggers,
       array(select n ->> 'id' from json_array_elements(v.document -> 'nodes') n where n ->> 'type' = 'waitForForm') as form_steps
     from app.endpoints e
     join app.flows f on f.id = e.flow_id
     left join app.versions v on v.flow_id = f.id and v.version = f.published_version
     where e.path = $1 and e.kind = 'form'`,
    [path],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  const where = { workspaceId: row.workspace_id, flowId: row.flow_id, flowName: row.name }
  const trigger = row.triggers?.find(({ id }) => id === row.live_node_id)
  if (trigger === undefined || row.version === null || row.plan_hash === null)
    return { ...where, nodeId: row.draft_node_id ?? '', params: row.draft_params ?? {}, state: 'draft' }
  const published = { ...where, nodeId: trigger.id, params: trigger.params }
  if (!row.enabled) return { ...published, state: 'disabled' }
  if (row.paused) return { ...published, state: 'paused' }
  return { ...published, state: 'live', version: row.version, planHash: row.plan_hash, formSteps: row.form_steps }
}
