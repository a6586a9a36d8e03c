import type { Engine, InboxRequest } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { createAddressLimit } from '../http/address-limit.ts'

/** What a flow would have taken, had it been on. */
export type RequestForLater = InboxRequest & { workspaceId: string; flowId: string; trigger: JsonText }

/**
 * Keeps what comes while a flow is a draft, off or paused; durable when it resolves. Of a flow only so many are kept:
 * what was told that it is taken must stay, so the next ones are refused (`not_ready`), and a few of these are noted.
 */
export type KeepForLater = (request: RequestForLater, reason: 'draft' | 'disabled' | 'paused') => Promise<void>

/** So many are kept before they are counted again: other processes keep some too. */
const mostUncounted = 1000
/** How often is looked whether some of too many have gone. */
const fullForMs = 5_000
const comeAgainMs = 60_000
const mostFlows = 10_000
const notedPerMinute = 30

/** What is known of a flow's inbox. */
interface Shelf {
  /** On their way to the database, where nobody can count them yet. */
  keeping: number
  room?: Promise<{ left: number; fullAt: number | undefined }>
}

export function createKeepForLater({
  engine,
  most,
}: {
  engine: Pick<Engine, 'keepRequest' | 'countWaiting'>
  most: number
}): KeepForLater {
  const shelves = new Map<string, Shelf>()
  const mayNote = createAddressLimit(notedPerMinute)

  function shelfOf(flowId: string): Shelf {
    const known = shelves.get(flowId)
    if (known) return known
    if (shelves.size >= mostFlows) for (const [id, { keeping }] of shelves) if (keeping === 0) shelves.delete(id)
    const shelf: Shelf = { keeping: 0 }
    shelves.set(flowId, shelf)
    return shelf
  }

  async function measure(workspaceId: string, flowId: string, shelf: Shelf) {
    // Before the others are counted: one that arrives meanwhile counts twice rather than not at all.
    const { keeping } = shelf
    const left = Math.min(mostUncounted, most - keeping - (await engine.countWaiting(workspaceId, flowId, most)))
    return { left, fullAt: left > 0 ? undefined : performance.now() }
  }

  /** Whoever comes at the same time waits for the same count. */
  async function findRoom(workspaceId: string, flowId: string, shelf: Shelf): Promise<boolean> {
    for (;;) {
      const asked = (shelf.room ??= measure(workspaceId, flowId, shelf))
      const room = await asked.catch((error: unknown) => {
        if (shelf.room === asked) delete shelf.room
        throw error
      })
      if (room.left > 0) {
        room.left--
        shelf.keeping++
        return true
      }
      if (room.fullAt !== undefined && performance.now() - room.fullAt < fullForMs) return false
      if (shelf.room === asked) delete shelf.room
    }
  }

  return async (request, reason) => {
    const { workspaceId, flowId, remote } = request
    const shelf = shelfOf(flowId)
    if (await findRoom(workspaceId, flowId, shelf))
      return engine.keepRequest({ ...request, state: 'kept', reason }).finally(() => shelf.keeping--)
    if (mayNote(remote)) await engine.keepRequest({ ...request, trigger: null, state: 'rejected', reason: 'inbox_full' })
    throw new AppError(
      'not_ready',
      'Nothing more is kept here until what came before has been looked through. Send it again later.',
      { retryAfterMs: comeAgainMs },
    )
  }
}
