import type { Candidate } from '../db/queue-heads.ts'
import { freeAt, withInstant } from './window.ts'

/** A throttle as it stands; choosing notes the instants it gives away. */
export interface Throttle {
  limit: number
  perMs: number
  instants: number[]
  /** The lanes it let through lately, the latest last: the others come first. */
  served: string[]
}

const mostServed = 200

/**
 * Who may be running next, in that order. A lane is a queue: nobody passes the one in front. Between lanes that share
 * slots or a throttle those who only go on come first, then the more urgent, then whose lane has the fewest running,
 * then whose was served longest ago, so that nobody waits behind a crowd under another key. Runs that only have to end
 * take nobody's turn.
 */
export function chooseRuns(
  all: readonly Candidate[],
  throttles: ReadonlyMap<string, Throttle>,
  now: number,
  limit: number,
): Candidate[] {
  const ending = all.filter((candidate) => candidate.isEnding).slice(0, limit)
  const over = new Set(ending.map((candidate) => candidate.runId))
  const candidates = all.filter((candidate) => !over.has(candidate.runId))
  const queues = new Map<string, Candidate[]>()
  const taken = new Map<string, number>()
  const inLane = new Map<string, number>()
  for (const candidate of candidates) {
    const queue = queues.get(candidate.lane)
    if (queue) queue.push(candidate)
    else queues.set(candidate.lane, [candidate])
    if (candidate.slots !== null) taken.set(candidate.slots, candidate.taken)
    inLane.set(candidate.lane, candidate.takenInLane)
  }
  for (const queue of queues.values()) queue.sort(inQueueOrder)
  const isFree = ({ slots, slotLimit, throttle, isWaking }: Candidate) => {
    if (slots !== null && slotLimit !== null && (taken.get(slots) ?? 0) >= slotLimit) return false
    const pace = throttle === null || isWaking ? undefined : throttles.get(throttle)
    return pace === undefined || freeAt(pace.instants, pace.limit, pace.perMs) <= now
  }
  const servedAt = ({ throttle, lane }: Candidate) =>
    throttle === null ? -1 : (throttles.get(throttle)?.served.lastIndexOf(lane) ?? -1)
  const isBefore = (a: Candidate, b: Candidate) => {
    if (a.isWaking !== b.isWaking) return a.isWaking
    if (a.priority !== b.priority) return a.priority > b.priority
    const share = (inLane.get(a.lane) ?? 0) - (inLane.get(b.lane) ?? 0)
    if (share !== 0) return share < 0
    const turn = servedAt(a) - servedAt(b)
    return turn === 0 ? a.runId < b.runId : turn < 0
  }

  const chosen: Candidate[] = ending
  while (chosen.length < limit) {
    let next: Candidate | undefined
    for (const [lane, queue] of queues) {
      const [head] = queue
      // What is full stays full for the rest of this choice.
      if (!head || !isFree(head)) queues.delete(lane)
      else if (!next || isBefore(head, next)) next = head
    }
    if (!next) break
    queues.get(next.lane)?.shift()
    chosen.push(next)
    if (next.slots !== null) taken.set(next.slots, (taken.get(next.slots) ?? 0) + 1)
    inLane.set(next.lane, (inLane.get(next.lane) ?? 0) + 1)
    const pace = next.throttle === null || next.isWaking ? undefined : throttles.get(next.throttle)
    if (pace) {
      pace.instants = withInstant(pace.instants, pace.limit, now)
      pace.served = [...pace.served.filter((lane) => lane !== next.lane), next.lane].slice(-mostServed)
    }
  }
  return chosen
}

function inQueueOrder(a: Candidate, b: Candidate): number {
  if (a.isWaking !== b.isWaking) return a.isWaking ? -1 : 1
  return b.priority - a.priority || (a.runId < b.runId ? -1 : 1)
}
