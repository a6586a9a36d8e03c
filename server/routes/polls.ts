import type { PollRow } from '#engine/index.ts'
import type { PollState } from '#shared/api.ts'
import { AppError } from '#shared/errors.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { pollRuleFrom } from '#shared/poll.ts'
import { findFlow } from '../db/find-flow.ts'
import type { Deps } from '../deps.ts'
import { noSuchFlow } from './flows.ts'
import type { Handlers } from '../route.ts'

/** Triggers that look by themselves whether there is something new. */
export function pollHandlers({ pool, engine }: Deps): Pick<Handlers, 'listPolls' | 'checkPoll'> {
  async function getState(workspaceId: string, flowId: string): Promise<PollState['state']> {
    const flow = await findFlow(pool, workspaceId, flowId)
    if (flow === undefined) throw noSuchFlow()
    const { enabled, paused } = flow.summary
    return !enabled ? 'off' : paused ? 'paused' : 'on'
  }

  return {
    async listPolls({ caller: { workspaceId }, params }) {
      const state = await getState(workspaceId, params.id)
      const rows = await engine.listPolls(workspaceId, params.id)
      return { items: rows.map((row) => stateFrom(row, state)), nextCursor: null }
    },

    async checkPoll({ caller: { workspaceId }, params }) {
      const state = await getState(workspaceId, params.id)
      const find = async () =>
        (await engine.listPolls(workspaceId, params.id)).find(({ triggerId }) => triggerId === params.nodeId)
      if ((await find()) === undefined)
        throw new AppError('not_found', 'The published version of this flow has no such trigger that checks by itself.')
      if (state !== 'on')
        throw new AppError(
          'invalid_request',
          state === 'off'
            ? 'The flow is turned off, so nothing is checked. Turn it on first.'
            : 'The flow is paused, so nothing is checked. Resume it first.',
        )
      await engine.hastenPoll({ workspaceId, flowId: params.id, triggerId: params.nodeId })
      const row = await find()
      if (row === undefined) throw noSuchFlow()
      return stateFrom(row, state)
    },
  }
}

function stateFrom(row: PollRow, state: PollState['state']): PollState {
  const { triggerId, type, params, isLooking, lookedAt, nextAt, found, foundAt } = row
  const { errorCode, errorMessage, failures, failingSince } = row
  const given: unknown = JSON.parse(params)
  return {
    nodeId: triggerId,
    type,
    state,
    everyMs: pollRuleFrom(isJsonObject(given) ? given : {}).everyMs,
    checking: isLooking,
    last: instantOrNull(lookedAt),
    next: instantOrNull(nextAt),
    found,
    lastFound: instantOrNull(foundAt),
    error:
      errorCode === null || errorMessage === null || failingSince === null
        ? null
        : { code: errorCode, message: errorMessage, failures, since: new Date(failingSince).toISOString() },
  }
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
