import { setTimeout } from 'node:timers/promises'
import { ZodError } from 'zod'
import { isAppError } from '#shared/errors.ts'
import { type InboxRequest, isDataError, withTransaction } from '#engine/index.ts'
import { findEndpoint, type FoundEndpoint } from '../db/find-endpoint.ts'
import { findPace, finishDrain, notePace } from '../db/request-drains.ts'
import { tryLockKept } from '../db/lock-kept.ts'
import type { Deps } from '../deps.ts'
import { limitAtOnce } from '../limit-at-once.ts'
import { webhookParams } from '../hooks/webhook-params.ts'

/** What one holder of the lock sends through before it looks again whether the flow still goes on. */
const atOnce = 100
/** And for how long: far below the time after which a connection that asks nothing loses what it holds. */
const longestTurnMs = 2000
/** So many flows hold a connection at a time; the others wait for their turn, which is short. */
const flowsAtOnce = 3

/** Sends through what came in while its flow was paused, and what somebody asked for, as fast as they said. */
export interface KeptSender {
  /** A flow goes on again, or there may be something to send through. */
  soon(): void
  /** Resolves when nothing is on its way any more. */
  stop(): Promise<void>
}

/**
 * A request that was kept because its flow was paused belongs to a run as soon as the flow goes on: that holds at any
 * time and for any process, so whoever looks sends it through, whatever died in between. One process at a time sends
 * those of a flow, one after the other in the order they came; each makes one run, or none by the flow's settings. The
 * same holds for what somebody asked to be sent through; how many a second is kept with the flow, for all processes.
 */
export function createKeptSender({ pool, engine, log }: Pick<Deps, 'pool' | 'engine' | 'log'>): KeptSender {
  const inTurn = limitAtOnce(flowsAtOnce)
  /** Flows that are being seen to here. */
  const working = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  let isWanted = false
  let looking: Promise<void> | undefined

  function soon(): void {
    isWanted = true
    if (!stopping.signal.aborted) looking ??= look().finally(() => (looking = undefined))
  }

  /** Each flow is seen to by itself: one that is sent through slowly keeps no other one waiting. */
  async function look(): Promise<void> {
    try {
      while (isWanted && !stopping.signal.aborted) {
        isWanted = false
        for (const { workspaceId, flowId } of await engine.listFlowsWithKept())
          if (!working.has(flowId)) working.set(flowId, sendAll(workspaceId, flowId))
      }
    } catch (error) {
      log.warn({ err: error }, 'Kept requests could not be looked for; trying again')
    }
  }

  async function sendAll(workspaceId: string, flowId: string): Promise<void> {
    try {
      for (let pauseMs: number | undefined = 0; pauseMs !== undefined && !stopping.signal.aborted;) {
        if (pauseMs > 0) await setTimeout(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
        pauseMs = await inTurn(() => sendSome(workspaceId, flowId))
      }
    } catch (error) {
      log.warn({ err: error, flowId }, 'Kept requests of a flow could not be sent through; trying again')
    } finally {
      working.delete(flowId)
    }
  }

  /** Gives when to go on; undefined when there is nothing more to do for now. */
  function sendSome(workspaceId: string, flowId: string): Promise<number | undefined> {
    return withTransaction(pool, async (client) => {
      if (stopping.signal.aborted || !(await tryLockKept(client, flowId))) return undefined
      const drain = await findPace(client, flowId)
      const due = drain === undefined ? atOnce : Math.min(atOnce, drain.due)
      if (drain !== undefined && due === 0) return drain.waitMs
      const kept = await engine.listKept(workspaceId, flowId, due)
      const heldUntil = performance.now() + longestTurnMs
      let sent = 0
      let goesOn = true
      for (const request of kept) {
        if (stopping.signal.aborted || performance.now() > heldUntil) break
        // The lock goes with its connection: once that is gone, somebody else may be sending.
        await client.query('select')
        goesOn = await send(workspaceId, flowId, request)
        if (!goesOn) break
        sent++
      }
      if (drain !== undefined) await notePace(client, flowId, sent)
      if (drain !== undefined && kept.length === 0) await finishDrain(client, flowId)
      if (!goesOn || kept.length === 0) return undefined
      return drain === undefined ? 0 : 1
    })
  }

  /** False when the flow does not go on, or not just now. */
  async function send(workspaceId: string, flowId: string, kept: InboxRequest & { trigger: string }): Promise<boolean> {
    const endpoint = await findEndpoint(pool, kept.path)
    if (endpoint?.flowId !== flowId || endpoint.state === 'draft') {
      await engine.noteKept(workspaceId, kept.id, { reason: 'not_listening' })
      return true
    }
    if (endpoint.state !== 'live') return false
    try {
      await start(workspaceId, flowId, endpoint, kept)
    } catch (error) {
      // What stands in the way of this one alone keeps no other one waiting: it stays, for somebody to look at.
      if (!isOfRequest(error)) throw error
      if (!isAppError(error)) log.warn({ err: error, flowId, requestId: kept.id }, 'A kept request can’t be sent through')
      await engine.noteKept(workspaceId, kept.id, { reason: isAppError(error) && !error.retryable ? error.code : 'unusable' })
    }
    return true
  }

  async function start(
    workspaceId: string,
    flowId: string,
    endpoint: FoundEndpoint & { state: 'live' },
    { trigger, ...request }: InboxRequest & { trigger: string },
  ): Promise<void> {
    const params = webhookParams(endpoint.trigger.params)
    const reason = params.reasonNotToStart(trigger, new Date())
    if (reason !== undefined) return engine.noteKept(workspaceId, request.id, { reason })
    const key = params.keyOf(request.path, trigger, new Date())
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
    if (started.runId === null) return
    await started.durable
    // A repeated delivery belongs to the run the first one made.
    if (!started.created) await engine.noteKept(workspaceId, request.id, { runId: started.runId })
  }

  return {
    soon,
    async stop() {
      stopping.abort()
      await looking
      await Promise.all(working.values())
    },
  }
}

/** Whether it is the request, or what its flow makes of it, that is wrong: sending it again would not help. */
function isOfRequest(error: unknown): boolean {
  if (isAppError(error) && !error.retryable) return true
  if (isDataError(error) || error instanceof ZodError || error instanceof TypeError || error instanceof RangeError) return true
  return error instanceof Error && isOfRequest(error.cause)
}
