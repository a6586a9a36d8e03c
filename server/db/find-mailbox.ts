import { z } from 'zod'
import type { Json } from '#shared/json.ts'
import { paramsIn } from './nodes-in.ts'
import { PlanTrigger } from './plan-trigger.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  workspace_id: z.string(),
  flow_id: z.string(),
  live_node_id: z.string().nullable(),
  draft_node_id: z.string().nullable(),
  /** The document of a flow of which nothing listens there yet. */
  draft: z.unknown(),
  enabled: z.boolean(),
  paused: z.boolean(),
  version: z.number().nullable(),
  plan_hash: z.string().nullable(),
  triggers: z.array(PlanTrigger).nullable(),
})

/** What takes the mail to an address: a live version's trigger, or only the inbox, with the reason. */
export type Mailbox = {
  path: string
  workspaceId: string
  flowId: string
  nodeId: string
  params: { [name: string]: Json }
} & ({ state: 'live'; version: number; planHash: string } | { state: 'disabled' | 'paused' | 'draft' })

/** The mailbox at a path; undefined when it is nobody’s, or no mailbox. */
export async function findMailbox(db: Queryable, path: string): Promise<Mailbox | undefined> {
  const { rows } = await db.query(
    `select f.workspace_id, e.flow_id, e.live_node_id, e.draft_node_id, f.enabled, f.paused,
       case when e.live_node_id is null or v.version is null then f.document end as draft,
       v.version, v.plan_hash, v.triggers
     from app.endpoints e
     join app.flows f on f.id = e.flow_id
     left join app.versions v on v.flow_id = f.id and v.version = f.published_version
     where e.path = $1 and e.kind = 'email'`,
    [path],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  const where = { path, workspaceId: row.workspace_id, flowId: row.flow_id }
  const trigger = row.triggers?.find(({ id }) => id === row.live_node_id)
  if (trigger === undefined || row.version === null || row.plan_hash === null)
    return { ...where, nodeId: row.draft_node_id ?? '', params: paramsIn(row.draft, row.draft_node_id), state: 'draft' }
  const published = { ...where, nodeId: trigger.id, params: trigger.params }
  if (!row.enabled) return { ...published, state: 'disabled' }
  if (row.paused) return { ...published, state: 'paused' }
  return { ...published, state: 'live', version: row.version, planHash: row.plan_hash }
}
