import { PassingMap } from '#shared/passing-map.ts'
import type { Reply } from '../engine-api.ts'

/** Answers that callers in this process wait for. */
export interface Replies {
  /** The answer, once it is committed; the same promise for everybody who asks. */
  of(runId: string): Promise<Reply>
  isAwaited(runId: string): boolean
  settle(runId: string, reply: Reply): void
  fail(runId: string, error: unknown): void
}

export function createReplies(): Replies {
  const waiting = new PassingMap<string, PromiseWithResolvers<Reply>>()
  return {
    of(runId) {
      let waiter = waiting.get(runId)
      if (!waiter) waiting.set(runId, (waiter = Promise.withResolvers<Reply>()))
      return waiter.promise
    },
    isAwaited: (runId) => waiting.has(runId),
    settle(runId, reply) {
      waiting.get(runId)?.resolve(reply)
      waiting.delete(runId)
    },
    fail(runId, error) {
      const waiter = waiting.get(runId)
      waiting.delete(runId)
      waiter?.promise.catch(() => undefined)
      waiter?.reject(error)
    },
  }
}
