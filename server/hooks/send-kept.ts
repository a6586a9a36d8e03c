import { isAppError } from '#shared/errors.ts'
import type { InboxRequest } from '#engine/index.ts'
import { findEndpoint } from '../db/find-endpoint.ts'
import { tryLockKept } from '../db/try-lock-kept.ts'
import { withTransaction } from '../db/with-transaction.ts'
import type { Deps } from '../deps.ts'
import { webhookParams } from './webhook-params.ts'

/** What one holder of the lock sends through before it looks again whether the flow still goes on. */
const atOnce = 100
const lookEveryMs = 5000

/** Sends through what came in while its flow was paused. */
export interface KeptSender {
  start(): void
  /** A flow goes on again. */
  soon(): void
  /** Resolves when nothing is on its way any more. */
  stop(): Promise<void>
}

/**
 * A request that was kept because its flow was paused belongs to a run as soon as the flow goes on: that holds at any
 * time and for any process, so whoever looks sends it through, whatever died in between. One process at a time sends
 * those of a flow, one after the other in the order they came; each makes one run, or none by the flow's settings.
 */
export function createKeptSender({ pool, engine, log }: Pick<Deps, 'pool' | 'engine' | 'log'>): KeptSender {
  let isWanted = false
  let isStopped = false
  let working: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  function soon(): void {
    isWanted = true
    if (!isStopped) working ??= work().finally(() => (working = undefined))
  }

  async function work(): Promise<void> {
    try {
      while (isWanted && !isStopped) {
        isWanted = false
        for (const { workspaceId, flowId } of await engine.listFlowsWithKept()) {
          while (!isStopped && (await sendSome(workspaceId, flowId)));
        }
      }
    } catch (error) {
      log.warn({ err: error }, 'Requests kept while their flow was paused could not be sent through; trying again')
    }
  }

  /** Gives whether there may be more. */
  function sendSome(workspaceId: string, flowId: string): Promise<boolean> {
    return withTransaction(pool, async (client) => {
      if (!(await tryLockKept(client, flowId))) return false
      const kept = await engine.listKept(workspaceId, flowId, atOnce)
      for (const request of kept) if (isStopped || !(await send(workspaceId, flowId, request))) return false
      return kept.length === atOnce
    })
  }

  /** False when the flow does not go on, or not just now. */
  async function send(workspaceId: string, flowId: string, kept: InboxRequest & { trigger: string }): Promise<boolean> {
    const { trigger, ...request } = kept
    const endpoint = await findEndpoint(pool, request.path)
    if (endpoint?.flowId !== flowId || endpoint.state === 'draft') {
      await engine.noteKept(workspaceId, request.id, { reason: 'not_listening' })
      return true
    }
    if (endpoint.state !== 'live') return false
    const params = webhookParams(endpoint.trigger.params)
    const reason = params.reasonNotToStart(trigger, new Date())
    if (reason !== undefined) {
      await engine.noteKept(workspaceId, request.id, { reason })
      return true
    }
    const key = params.keyOf(trigger, new Date())
    try {
      const started = await engine.startRun({
        workspaceId,
        flowId,
        version: endpoint.version,
        planHash: endpoint.planHash,
        triggerId: endpoint.trigger.id,
        trigger,
        request: { ...request, isKept: true },
        ...(key === undefined ? {} : { idempotencyKey: key, keyForMs: params.keyForMs }),
      })
      if (started.runId === null) return true
      await started.durable
      // A repeated delivery belongs to the run the first one made.
      if (!started.created) await engine.noteKept(workspaceId, request.id, { runId: started.runId })
      return true
    } catch (error) {
      if (!isAppError(error) || error.retryable) throw error
      await engine.noteKept(workspaceId, request.id, { reason: error.code })
      return true
    }
  }

  return {
    start() {
      timer = setInterval(soon, lookEveryMs)
      timer.unref()
      soon()
    },
    soon,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await working
    },
  }
}
