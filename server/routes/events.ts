import { sliceJson } from '#shared/json-text.ts'
import type { Deps } from '../deps.ts'
import type { Handlers } from '../route.ts'

/** Events: for whoever waits for them or is started by them, and for one run alone. */
export function eventHandlers({ engine }: Deps): Pick<Handlers, 'sendEvent' | 'signalRun'> {
  return {
    async sendEvent({ caller, body, bodyText }) {
      const { id, isNew } = await engine.publishEvent({
        workspaceId: caller.workspaceId,
        name: body.name,
        data: sliceJson(bodyText, ['data']) ?? 'null',
        ...(body.id === undefined ? {} : { id: body.id }),
      })
      return { id, duplicate: !isNew }
    },

    async signalRun({ caller, params, body, bodyText }) {
      const { isNew } = await engine.signalRun({
        workspaceId: caller.workspaceId,
        runId: params.id,
        name: params.name,
        data: sliceJson(bodyText, ['data']) ?? 'null',
        ...(body.id === undefined ? {} : { id: body.id }),
      })
      return { duplicate: !isNew }
    },
  }
}
