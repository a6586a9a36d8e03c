import { AppError } from '#shared/errors.ts'
import { nextTurn, type Waiter } from './next-turn.ts'

export interface Turns {
  /**
   * Does the work once its owner's turn has come, one piece at a time for all of them. Throws `not_ready` when so much
   * of the owner's waits already, or when it has waited too long without a single turn.
   */
  take<T>(owner: string, work: () => Promise<T>): Promise<T>
}

export interface TurnsOptions {
  /** What is shared, as the error calls it: "The compiler". */
  what: string
  /** How much of one owner's may wait. */
  mostWaiting: number
  /** How long an owner waits for a turn; what waits behind its own work waits longer. */
  mostWaitMs: number
  now?: () => number
}

interface Queue extends Waiter {
  owner: string
  works: { start: () => Promise<void>; refuse: (error: AppError) => void }[]
}

/** For so long an owner counts as one of those who share. */
const rememberMs = 60_000

/** Lets several owners share what does one thing at a time, so that none of them can keep it from the others. */
export function createTurns({ what, mostWaiting, mostWaitMs, now = () => performance.now() }: TurnsOptions): Turns {
  const queues = new Map<string, Queue>()
  let isAtWork = false
  let timer: NodeJS.Timeout | undefined

  function queueOf(owner: string): Queue {
    const known = queues.get(owner)
    if (known !== undefined) return known
    const works: Queue['works'] = []
    const queue = {
      owner,
      works,
      sinceMs: 0,
      endedMs: -Infinity,
      tookMs: 0,
      get waiting() {
        return works.length
      },
    }
    queues.set(owner, queue)
    return queue
  }

  function look(): void {
    clearTimeout(timer)
    const at = now()
    const turn = isAtWork ? undefined : nextTurn([...queues.values()], at)
    if (turn !== undefined && 'next' in turn) void work(turn.next)
    giveUp(at)
    const waits = [...queues.values()].filter(({ waiting }) => waiting > 0).map(({ sinceMs }) => sinceMs + mostWaitMs - at)
    if (turn !== undefined && 'inMs' in turn) waits.push(turn.inMs)
    if (waits.length > 0) timer = setTimeout(look, Math.min(...waits))
  }

  function giveUp(at: number): void {
    for (const queue of queues.values()) {
      if (queue.waiting > 0 && at - queue.sinceMs >= mostWaitMs) for (const { refuse } of queue.works.splice(0)) refuse(busy())
      if (queue.waiting === 0 && at - Math.max(queue.endedMs, queue.sinceMs) > rememberMs) queues.delete(queue.owner)
    }
  }

  async function work(queue: Queue): Promise<void> {
    const next = queue.works.shift()
    if (next === undefined) return
    isAtWork = true
    const startedMs = now()
    await next.start()
    isAtWork = false
    queue.endedMs = queue.sinceMs = now()
    queue.tookMs = queue.endedMs - startedMs
    // Of several who ended at the same moment the first one has waited longest.
    queues.delete(queue.owner)
    queues.set(queue.owner, queue)
    look()
  }

  const busy = () => new AppError('not_ready', `${what} is busy with other work at the moment. Try again in a minute.`)

  return {
    take(owner, work) {
      return new Promise((resolve, reject) => {
        const queue = queueOf(owner)
        if (queue.waiting >= mostWaiting) {
          reject(busy())
          return
        }
        if (queue.waiting === 0) queue.sinceMs = now()
        queue.works.push({ start: () => work().then(resolve, reject), refuse: reject })
        look()
      })
    },
  }
}
