import type { PoolClient } from 'pg'
import { findLiveFlow } from '../db/find-live-flow.ts'
import type { Deps } from '../deps.ts'

/** Has the flow start by the clock as its live version says, or not at all while it is turned off; with this transaction. */
export async function syncSchedules(
  { engine }: Pick<Deps, 'engine'>,
  client: PoolClient,
  { workspaceId, flowId }: { workspaceId: string; flowId: string },
): Promise<void> {
  const flow = await findLiveFlow(client, workspaceId, flowId)
  const live =
    flow === undefined || flow.version === null || flow.planHash === null
      ? { version: 0, planHash: '', triggers: [], isOn: false }
      : { version: flow.version, planHash: flow.planHash, triggers: flow.triggers ?? [], isOn: flow.enabled }
  await engine.setSchedules({ workspaceId, flowId, ...live }, client)
}
