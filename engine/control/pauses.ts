import type { Database } from '../db/database.ts'
import { holdQueued, listPauses, type PausedFlow } from '../db/pause-flow.ts'
import type { Log } from '../ports.ts'

/** Which flows are paused, as this process knows it. */
export interface Pauses {
  has(workspaceId: string, flowId: string): boolean
  /** Somebody saw that these are paused: asks, should that be news. */
  seen(flows: readonly PausedFlow[]): void
  /** Asks the database; holds what slipped in while a pause began. */
  refresh(): Promise<void>
}

export function createPauses(database: Database, log: Log): Pauses {
  let known = new Set<string>()
  const nameOf = (workspaceId: string, flowId: string) => JSON.stringify([workspaceId, flowId])
  let asking: Promise<void> | undefined
  let isWanted = false

  async function ask(): Promise<void> {
    try {
      while (isWanted) {
        isWanted = false
        const flows = await listPauses(database)
        const before = known
        known = new Set(flows.map((flow) => nameOf(flow.workspaceId, flow.flowId)))
        // A start that was on its way as the pause was committed may have been left ready after it.
        const begun = flows.filter((flow) => !before.has(nameOf(flow.workspaceId, flow.flowId)))
        await holdQueued({ query: (text: string, values: unknown[]) => database.write(text, values) }, begun)
      }
    } catch (error) {
      log.warn({ err: error }, 'Which flows are paused could not be read; trying again')
    }
  }

  function refresh(): Promise<void> {
    isWanted = true
    return (asking ??= ask().finally(() => {
      asking = undefined
    }))
  }

  return {
    has: (workspaceId, flowId) => known.size > 0 && known.has(nameOf(workspaceId, flowId)),
    seen(flows) {
      // An answer may be older than what is known; only asking says.
      const isNews = flows.length !== known.size || flows.some((flow) => !known.has(nameOf(flow.workspaceId, flow.flowId)))
      if (isNews) void refresh()
    },
    refresh,
  }
}
