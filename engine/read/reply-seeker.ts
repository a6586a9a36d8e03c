import { isAppError } from '#shared/errors.ts'
import { findAnswered } from '../db/find-reply.ts'
import { readAnswer } from './read-answer.ts'
import type { Reader } from './read-run.ts'
import type { Replies } from './replies.ts'

/** How long an answer is looked for. */
const patienceMs = 600_000
/**
 * How often. Whoever carries a run out says when it has answered, so this finds only what was said in vain; a process
 * that can't hear looks eagerly while somebody has just begun to wait.
 */
const calmMs = 1000
const eagerMs = 100
const eagerForMs = 5000

/** Looks for the answers of runs that others carry out: all of them with one query a look. */
export interface ReplySeeker {
  seek(workspaceId: string, runId: string): void
  /** It is said to have answered. */
  lookNow(runId: string): void
  stop(): void
}

export function createReplySeeker(options: { reader: Reader; replies: Replies; isHeard(): boolean }): ReplySeeker {
  const { reader, replies, isHeard } = options
  const { database } = reader
  const sought = new Map<string, { workspaceId: string; since: number }>()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function arrange(): void {
    if (timer || isStopped || sought.size === 0) return
    const newest = [...sought.values()].at(-1)?.since ?? 0
    const isEager = !isHeard() && performance.now() - newest < eagerForMs
    timer = setTimeout(() => void look(), isEager ? eagerMs : calmMs)
  }

  async function look(): Promise<void> {
    const now = performance.now()
    for (const [runId, { since }] of sought) {
      if (!replies.isAwaited(runId) || now - since > patienceMs) sought.delete(runId)
    }
    try {
      for (const { workspaceId, runId } of await findAnswered(database, sought)) await take(workspaceId, runId)
    } catch {
      // The database is away: whoever waits goes on waiting, and is looked after again.
    }
    timer = undefined
    arrange()
  }

  async function take(workspaceId: string, runId: string): Promise<void> {
    const answer = await readAnswer(reader, workspaceId, runId)
    if (!answer) return
    sought.delete(runId)
    replies.settle(runId, answer.reply)
  }

  return {
    seek(workspaceId, runId) {
      sought.delete(runId)
      sought.set(runId, { workspaceId, since: performance.now() })
      // It may have answered already, or never have been committed: that is known at once.
      take(workspaceId, runId).catch((error: unknown) => {
        if (!isAppError(error)) return // The database is away: it is looked for again.
        sought.delete(runId)
        replies.fail(runId, error)
      })
      arrange()
    },
    lookNow(runId) {
      const found = sought.get(runId)
      if (found) take(found.workspaceId, runId).catch(() => undefined) // It is looked for again.
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
