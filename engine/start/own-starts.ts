import { triggerText } from '#shared/trigger-text.ts'
import type { Database } from '../db/database.ts'
import { hastenPoll, listPolls } from '../db/polls.ts'
import { listSchedules } from '../db/schedules.ts'
import type { Engine } from '../engine-api.ts'
import { lookOnce, type LookPorts } from '../polls/look-once.ts'
import { setPolls } from '../polls/set-polls.ts'
import { setSchedules } from '../schedules/set-schedules.ts'
import { channel } from '../worker/hints.ts'

export interface OwnStartsOptions {
  database: Database
  now(): number
  lookPorts: LookPorts
  /** A trigger is to look at once. */
  onHastened(): void
}

export type OwnStarts = Pick<Engine, 'setSchedules' | 'listSchedules' | 'setPolls' | 'listPolls' | 'hastenPoll' | 'tryPoll'>

/** The triggers that start runs of their own accord, by the clock or by looking: which there are, and how they stand. */
export function createOwnStarts({ database, now, lookPorts, onHastened }: OwnStartsOptions): OwnStarts {
  return {
    setSchedules: (live, client) => setSchedules(client, live, now(), channel),
    listSchedules: (workspaceId, flowId) => listSchedules(database, workspaceId, flowId),
    setPolls: (live, client) => setPolls(client, live, now(), channel),
    listPolls: (workspaceId, flowId) => listPolls(database, workspaceId, flowId),
    async hastenPoll(place) {
      const isThere = await hastenPoll(database, place, now())
      onHastened()
      return isThere
    },
    async tryPoll(trial) {
      const { items } = await lookOnce(lookPorts, { ...trial, cursor: null })
      const newest = items.at(-1)
      return newest && triggerText(trial.type, now(), newest.data)
    },
  }
}
