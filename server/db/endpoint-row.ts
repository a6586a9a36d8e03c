import { z } from 'zod'
import type { Json } from '#shared/json.ts'
import { FlowSettings } from '#shared/flow.ts'
import { paramsIn } from './nodes-in.ts'
import { PlanTrigger } from './plan-trigger.ts'

/** An address as its row, its flow and the flow's live version say: of `endpointTables`, by `endpointColumns`. */
export const EndpointRow = z.object({
  workspace_id: z.string(),
  flow_id: z.string(),
  draft_node_id: z.string().nullable(),
  live_node_id: z.string().nullable(),
  /** The document of a flow of which nothing listens there yet. */
  draft: z.unknown(),
  enabled: z.boolean(),
  paused: z.boolean(),
  version: z.number().nullable(),
  plan_hash: z.string().nullable(),
  triggers: z.array(PlanTrigger).nullable(),
  /** The document of a live version that asks elsewhere for the keys to check senders with. */
  asking: z.unknown(),
})

export const endpointColumns = `f.workspace_id, e.flow_id, e.draft_node_id, e.live_node_id, f.enabled, f.paused,
  case when e.live_node_id is null or v.version is null then f.document end as draft,
  v.version, v.plan_hash, v.triggers,
  case when e.live_node_id is not null and v.triggers::text like '%"jwksUrl"%' then v.document end as asking`

export const endpointTables = `app.endpoints e
  join app.flows f on f.id = e.flow_id
  left join app.versions v on v.flow_id = f.id and v.version = f.published_version`

/** What listens at an address: the live version's trigger, or nothing for now, for this reason. */
export type Listener = {
  nodeId: string
  /** As the version says, or the draft while nothing is live. */
  params: { [name: string]: Json }
  /** The hosts the flow's calls are narrowed to; known where its checks make any. */
  egressAllow?: readonly string[]
} & ({ state: 'live'; version: number; planHash: string; trigger: PlanTrigger } | { state: 'disabled' | 'paused' | 'draft' })

export function listenerOf(row: z.infer<typeof EndpointRow>): Listener {
  const trigger = row.triggers?.find(({ id }) => id === row.live_node_id)
  if (trigger === undefined || row.version === null || row.plan_hash === null)
    return {
      nodeId: row.draft_node_id ?? '',
      params: paramsIn(row.draft, row.draft_node_id),
      ...egressAllowIn(row.draft),
      state: 'draft',
    }
  const published = { nodeId: trigger.id, params: trigger.params, ...egressAllowIn(row.asking) }
  if (!row.enabled) return { ...published, state: 'disabled' }
  if (row.paused) return { ...published, state: 'paused' }
  return { ...published, state: 'live', version: row.version, planHash: row.plan_hash, trigger }
}

const Narrowed = z.object({ settings: z.object({ egress: FlowSettings.shape.egress }) })

function egressAllowIn(document: unknown): Pick<Listener, 'egressAllow'> {
  const allow = Narrowed.safeParse(document).data?.settings.egress?.allow
  return allow === undefined ? {} : { egressAllow: allow }
}
