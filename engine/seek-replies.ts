import { findAnswered, findReply } from './db/find-reply.ts'
import { findRun } from './db/find-run.ts'
import { loadOutput, type Reader } from './read-run.ts'
import type { Replies } from './replies.ts'

/** How long an answer is looked for. */
const patienceMs = 600_000
/** How often, while somebody has just begun to wait, and later. */
const eagerMs = 100
const calmMs = 1000
const eagerForMs = 5000

/** Looks for the answers of runs that others carry out: all of them with one query a look. */
export interface ReplySeeker {
  seek(workspaceId: string, runId: string): void
  stop(): void
}

export function createReplySeeker(reader: Reader, replies: Replies): ReplySeeker {
  const { database } = reader
  const sought = new Map<string, { workspaceId: string; since: number }>()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function arrange(): void {
    if (timer || isStopped || sought.size === 0) return
    const newest = [...sought.values()].at(-1)?.since ?? 0
    timer = setTimeout(() => void look(), performance.now() - newest < eagerForMs ? eagerMs : calmMs)
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
    const reply = await findReply(database, workspaceId, runId, async () => {
      const run = await findRun(database, workspaceId, runId)
      return run ? loadOutput(reader, workspaceId, run) : 'null'
    })
    if (!reply) return
    sought.delete(runId)
    replies.settle(runId, reply)
  }

  return {
    seek(workspaceId, runId) {
      sought.delete(runId)
      sought.set(runId, { workspaceId, since: performance.now() })
      // It may have answered already, or never have been committed: that is known at once.
      take(workspaceId, runId).catch((error: unknown) => {
        sought.delete(runId)
        replies.fail(runId, error)
      })
      arrange()
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
