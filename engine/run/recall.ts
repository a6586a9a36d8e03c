import type { JsonText } from '#shared/json.ts'
import type { Database } from '../db/database.ts'
import { loadPayloadsOfMany, loadTriggersOfMany } from '../db/load-payloads.ts'
import { loadTrigger } from '../db/load-trigger.ts'
import { gather } from './gather.ts'

/** What runs wrote down and memory does not hold. Many runs that ask at the same time are answered together. */
export interface Recall {
  /** The payloads of some events of a run, by `seq`; those that have none are left out. */
  payloads(run: RunName, seqs: readonly number[]): Promise<Map<number, JsonText>>
  /** What started the run; undefined when it is long, or lies elsewhere. */
  trigger(run: RunName, requestId: string | null): Promise<JsonText | undefined>
  /** The same, wherever it lies and however long it is. */
  longTrigger(run: RunName, requestId: string | null): Promise<JsonText>
}

export interface RunName {
  workspaceId: string
  runId: string
}

export function createRecall(database: Database): Recall {
  const payloadOf = gather((events: readonly (RunName & { seq: number })[]) => loadPayloadsOfMany(database, events))
  const triggerOf = gather((requests: readonly { workspaceId: string; requestId: string }[]) =>
    loadTriggersOfMany(database, requests),
  )
  return {
    async payloads({ workspaceId, runId }, seqs) {
      const found = new Map<number, JsonText>()
      await Promise.all(
        seqs.map(async (seq) => {
          const payload = await payloadOf({ workspaceId, runId, seq })
          if (payload !== undefined) found.set(seq, payload)
        }),
      )
      return found
    },
    trigger: ({ workspaceId, runId }, requestId) =>
      requestId === null ? payloadOf({ workspaceId, runId, seq: 0 }) : triggerOf({ workspaceId, requestId }),
    longTrigger: ({ workspaceId, runId }, requestId) => loadTrigger(database, workspaceId, runId, requestId),
  }
}
