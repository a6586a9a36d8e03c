import { z } from 'zod'
import type { Json } from '#shared/json.ts'
import { paramsIn } from './nodes-in.ts'
import { PlanTrigger } from './plan-trigger.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  workspace_id: z.string(),
  flow_id: z.string(),
  kind: z.enum(['webhook', 'form', 'email']),
  draft_node_id: z.string().nullable(),
  live_node_id: z.string().nullable(),
  enabled: z.boolean(),
  paused: z.boolean(),
  /** The document of a flow of which nothing listens there yet. */
  draft: z.unknown(),
  version: z.number().nullable(),
  plan_hash: z.string().nullable(),
  triggers: z.array(PlanTrigger).nullable(),
})

/** Where a request to a path goes: to the live version's trigger, or only into the inbox, with the reason. */
export type FoundEndpoint = {
  workspaceId: string
  flowId: string
  kind: 'webhook' | 'form' | 'email'
  /** Of the trigger that listens, as the version or the draft says. */
  params: { [name: string]: Json }
} & (
  | { state: 'live'; version: number; planHash: string; trigger: PlanTrigger }
  | { state: 'disabled' | 'paused' | 'draft'; nodeId: string }
)

export async function findEndpoint(db: Queryable, path: string): Promise<FoundEndpoint | undefined> {
  const { rows } = await db.query(
    `select f.workspace_id, e.flow_id, e.kind, e.draft_node_id, e.live_node_id, f.enabled, f.paused,
       case when e.live_node_id is null or v.version is null then f.document end as draft,
       v.version, v.plan_hash, v.triggers
     from app.endpoints e
     join app.flows f on f.id = e.flow_id
     left join app.versions v on v.flow_id = f.id and v.version = f.published_version
     where e.path = $1`,
    [path],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  const where = { workspaceId: row.workspace_id, flowId: row.flow_id, kind: row.kind }
  const trigger = row.triggers?.find((candidate) => candidate.id === row.live_node_id)
  if (trigger === undefined || row.version === null || row.plan_hash === null)
    return { ...where, params: paramsIn(row.draft, row.draft_node_id), state: 'draft', nodeId: row.draft_node_id ?? '' }
  const { params } = trigger
  if (!row.enabled) return { ...where, params, state: 'disabled', nodeId: trigger.id }
  if (row.paused) return { ...where, params, state: 'paused', nodeId: trigger.id }
  return { ...where, params, state: 'live', version: row.version, planHash: row.plan_hash, trigger }
}
