import type { PoolClient } from 'pg'
import { findLiveFlow } from '../db/find-live-flow.ts'
import type { Deps } from '../deps.ts'

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
  const triggers = live.triggers.filter(({ type }) => catalog.get(type)?.polls)
  await engine.setPolls({ workspaceId, flowId, ...live, triggers }, client)
}
