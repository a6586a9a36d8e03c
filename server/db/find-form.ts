import { z } from 'zod'
import type { Json } from '#shared/json.ts'
import { nodesIn, paramsIn } from './nodes-in.ts'
import { PlanTrigger } from './plan-trigger.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  workspace_id: z.string(),
  flow_id: z.string(),
  name: z.string(),
  live_node_id: z.string().nullable(),
  draft_node_id: z.string().nullable(),
  /** The document of a flow of which nothing listens there yet. */
  draft: z.unknown(),
  enabled: z.boolean(),
  paused: z.boolean(),
  version: z.number().nullable(),
  plan_hash: z.string().nullable(),
  triggers: z.array(PlanTrigger).nullable(),
  live: z.unknown(),
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
       case when e.live_node_id is null or v.version is null then f.document end as draft,
       v.version, v.plan_hash, v.triggers,
       case when e.live_node_id is not null then v.document end as live
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
    return { ...where, nodeId: row.draft_node_id ?? '', params: paramsIn(row.draft, row.draft_node_id), state: 'draft' }
  const published = { ...where, nodeId: trigger.id, params: trigger.params }
  if (!row.enabled) return { ...published, state: 'disabled' }
  if (row.paused) return { ...published, state: 'paused' }
  return { ...published, state: 'live', version: row.version, planHash: row.plan_hash, formSteps: formStepsIn(row.live) }
}

function formStepsIn(document: unknown): string[] {
  return nodesIn(document).flatMap(({ id, type }) => (type === 'waitForForm' && typeof id === 'string' ? [id] : []))
}
