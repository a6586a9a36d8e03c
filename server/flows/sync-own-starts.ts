import type { PoolClient } from 'pg'
import type { PlanTrigger } from '#shared/plan.ts'
import { findLiveFlow } from '../db/find-live-flow.ts'
import type { Deps } from '../deps.ts'
import { withoutDefaults } from './without-defaults.ts'

/**
 * Has the flow start of its own accord, by the clock and by triggers that look, as its live version says, or not at all
 * while it is turned off; from this transaction's commit on.
 */
export async function syncOwnStarts(
  { engine, catalog }: Pick<Deps, 'engine' | 'catalog'>,
  client: PoolClient,
  { workspaceId, flowId }: { workspaceId: string; flowId: string },
): Promise<void> {
  const flow = await findLiveFlow(client, workspaceId, flowId)
  const live =
    flow === undefined || flow.version === null || flow.planHash === null
      ? { version: 0, planHash: '', triggers: [], isOn: false }
      : { version: flow.version, planHash: flow.planHash, triggers: flow.triggers ?? [], isOn: flow.enabled }
  const looking = live.triggers.flatMap((trigger) => lookingTrigger(catalog, trigger))
  await engine.setSchedules({ workspaceId, flowId, ...live }, client)
  await engine.setPolls({ workspaceId, flowId, ...live, triggers: looking }, client)
}

/** One that looks by itself, with what it looks for; none for any other. */
function lookingTrigger(catalog: Deps['catalog'], trigger: PlanTrigger): PlanTrigger[] {
  const type = catalog.get(trigger.type)
  if (!type?.polls) return []
  const { every, ...params } = trigger.params
  // Else a trigger would begin anew when its flow is published again after an update that gives its type a new param.
  const own = withoutDefaults(params, type.params)
  return [{ ...trigger, params: every === undefined ? own : { ...own, every } }]
}
