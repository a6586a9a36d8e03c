import { findFlow } from '../db/find-flow.ts'
import { findLiveFlow } from '../db/find-live-flow.ts'
import type { Deps } from '../deps.ts'
import { readDocument } from '../flows/parse-document.ts'
import { scheduleStates } from '../flows/schedule-states.ts'
import { noSuchFlow } from './flows.ts'
import type { Handlers } from '../route.ts'

/** When flows start by the clock. */
export function scheduleHandlers({ pool, engine }: Deps): Pick<Handlers, 'listSchedules'> {
  return {
    async listSchedules({ caller: { workspaceId }, params, query }) {
      const flow = await findFlow(pool, workspaceId, params.id)
      if (flow === undefined) throw noSuchFlow()
      const now = Date.now()
      const { count, version } = query
      if (version === 'draft') {
        const nodes = readDocument(flow.document).nodes.filter(({ settings }) => !settings.disabled)
        const triggers = nodes.map(({ id, type, name, params: given }) => ({ id, type, name: name ?? '', params: given }))
        return { items: scheduleStates(triggers, { state: 'draft', standings: [], now, count }), nextCursor: null }
      }
      const live = await findLiveFlow(pool, workspaceId, params.id)
      const { enabled, paused } = flow.summary
      const state = !enabled ? 'off' : paused ? 'paused' : 'on'
      const standings = await engine.listSchedules(workspaceId, params.id)
      return { items: scheduleStates(live?.triggers ?? [], { state, standings, now, count }), nextCursor: null }
    },
  }
}
