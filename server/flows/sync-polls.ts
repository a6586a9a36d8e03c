import type { PoolClient } from 'pg'
import { findLiveFlow } from '../db/find-live-flow.ts'
import type { Deps } from '../deps.ts'
import { withoutDefaults } from './without-defaults.ts'

/** Has triggers look by themselves as the flow's live version says, or not at all while it is turned off; with this transaction. */
export async function syncPolls(
  { engine, catalog }: Pick<Deps, 'engine' | 'catalog'>,
  client: PoolClient,
  { workspaceId, flowId }: { workspaceId: string; flowId: string },
): Promise<void> {
  const flow = await findLiveFlow(client, workspaceId, flowId)
  const live =
    flow === undefined || flow.version === null || flow.planHash === null
      ? { version: 0, planHash: '', triggers: [], isOn: false }
      : { version: flow.version, planHash: flow.planHash, triggers: flow.triggers ?? [], isOn: flow.enabled }
  const triggers = live.triggers.flatMap((trigger) => {
    const type = catalog.get(trigger.type)
    if (!type?.polls) return []
    const { every, ...params } = trigger.params
    // Else a trigger would begin anew when its flow is published again after an update that gives its type a new param.
    const own = withoutDefaults(params, type.params)
    return [{ ...trigger, params: every === undefined ? own : { ...own, every } }]
  })
  await engine.setPolls({ workspaceId, flowId, ...live, triggers }, client)
}
