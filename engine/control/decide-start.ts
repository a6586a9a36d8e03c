import type { DropReason } from '../engine-api.ts'
import type { Gate, StartControl } from './start-control.ts'
import { freeAt, withInstant } from './window.ts'

/** What is remembered of the starts under one key. */
export interface Lane {
  /** The run that collects what comes, or the one that is the only one. */
  runId: string | null
  /** Starts that were let in. */
  instants: number[]
  /** When what is going on began, and until when it goes on unless more comes. */
  since: number
  until: number
  /** Starts collected so far, and how many characters of data they hold. */
  count: number
  size: number
  expiresAt: number
}

/** A run a lane names, as long as it is unfinished. */
export interface NamedRun {
  /** It has not begun and is not due yet: what comes may still become part of it. */
  isCollecting: boolean
  planHash: string
}

/** Those who hold a slot or have been promised one, oldest first, without those that are being cancelled. */
export interface StartFacts {
  now: number
  lane(gate: Gate): Lane
  run(runId: string): NamedRun | undefined
  occupants(slots: string): string[]
}

export type StartDecision =
  | { kind: 'drop'; reason: DropReason }
  | { kind: 'merge'; runId: string; how: 'replace' | 'append'; place: number; dueAt: number; isFull: boolean }
  | { kind: 'create'; dueAt: number | null; isFirst: boolean; cancel: string[] }

export function emptyLane(): Lane {
  return { runId: null, instants: [], since: 0, until: 0, count: 0, size: 0, expiresAt: 0 }
}

/** A batch with so much data begins: what it lists is one value, and a value has to fit into memory. */
const mostBatchSize = 32 * 1024 ** 2

/** How long an only run is remembered before somebody looks whether it is still there. */
const singletonLookMs = 3_600_000

type GateOf<K extends Gate['kind']> = Gate & { kind: K }

/**
 * What becomes of a start. Notes in the lanes what the next start has to know; nothing is noted of one that is dropped,
 * except that it came. First what would drop it, the rate at last, so that only what becomes a run counts against it.
 */
export function decideStart(
  control: Pick<StartControl, 'gates'>,
  facts: StartFacts,
  start: { runId: string; planHash: string; delayMs: number; size: number },
): StartDecision {
  const { now } = facts
  const { gates } = control
  const find = <K extends Gate['kind']>(kind: K) => gates.find((gate): gate is GateOf<K> => gate.kind === kind)
  const debounce = find('debounce')
  const batch = find('batch')
  const collector = debounce?.edge === 'trailing' ? debounce : batch

  if (collector) {
    const merged = merge(collector, facts, start)
    if (merged) return merged
  }
  const singleton = find('singleton')
  const current = singleton && findCurrent(singleton, facts)
  if (singleton?.onDuplicate === 'skip' && current !== undefined) return { kind: 'drop', reason: 'singleton' }
  if (debounce?.edge === 'leading' && isQuietBroken(debounce, facts)) return { kind: 'drop', reason: 'debounced' }
  const slots = find('slots')
  const occupants = slots ? facts.occupants(slots.key).filter((runId) => runId !== current) : []
  if (slots?.onLimit === 'drop' && occupants.length >= slots.limit) return { kind: 'drop', reason: 'concurrency_limit' }
  const rate = find('rateLimit')
  if (rate) {
    const lane = facts.lane(rate)
    if (freeAt(lane.instants, rate.limit, rate.perMs) > now) return { kind: 'drop', reason: 'rate_limited' }
    lane.instants = withInstant(lane.instants, rate.limit, now)
    lane.expiresAt = now + rate.perMs
  }

  const cancel = new Set<string>()
  if (singleton) {
    if (current !== undefined) cancel.add(current)
    Object.assign(facts.lane(singleton), { runId: start.runId, expiresAt: now + singletonLookMs })
  }
  if (slots?.onLimit === 'cancelOldest') {
    for (const runId of occupants.slice(0, Math.max(0, occupants.length - slots.limit + 1))) cancel.add(runId)
  }
  if (debounce?.edge === 'leading') {
    const until = now + debounce.forMs
    Object.assign(facts.lane(debounce), { since: now, until, expiresAt: until })
  }
  const delayed = start.delayMs > 0 ? now + start.delayMs : null
  const dueAt = collector ? open(collector, facts, start) : delayed
  return { kind: 'create', dueAt, isFirst: collector?.kind === 'batch', cancel: [...cancel] }
}

/** Begins to collect. A batch of one is full at once. */
function open(
  collector: GateOf<'debounce'> | GateOf<'batch'>,
  facts: StartFacts,
  { runId, size }: { runId: string; size: number },
): number | null {
  const { now } = facts
  if (collector.kind === 'batch' && (collector.size === 1 || size >= mostBatchSize)) return null
  const until = now + collector.forMs
  Object.assign(facts.lane(collector), { runId, since: now, until, count: 1, size, expiresAt: until })
  return until
}

function merge(
  collector: GateOf<'debounce'> | GateOf<'batch'>,
  facts: StartFacts,
  { planHash, size }: { planHash: string; size: number },
): StartDecision | undefined {
  const { now } = facts
  const lane = facts.lane(collector)
  const run = lane.runId === null ? undefined : facts.run(lane.runId)
  if (lane.runId === null || !run?.isCollecting || lane.until <= now) return undefined
  const { runId } = lane
  if (collector.kind === 'debounce') {
    const longest = collector.maxWaitMs === undefined ? Infinity : lane.since + collector.maxWaitMs
    lane.until = Math.min(now + collector.forMs, longest)
    lane.expiresAt = lane.until
    return { kind: 'merge', runId, how: 'replace', place: 0, dueAt: lane.until, isFull: false }
  }
  // Another version may make something else of the list: what was collected for this one goes by itself.
  if (run.planHash !== planHash) return undefined
  const place = lane.count++
  lane.size += size
  const isFull = lane.count >= collector.size || lane.size >= mostBatchSize
  if (isFull) lane.runId = null
  return { kind: 'merge', runId, how: 'append', place, dueAt: lane.until, isFull }
}

function findCurrent(singleton: GateOf<'singleton'>, facts: StartFacts): string | undefined {
  const { runId } = facts.lane(singleton)
  return runId !== null && facts.run(runId) !== undefined ? runId : undefined
}

/** Whether it has not been quiet for long enough; what comes then starts the wait afresh, up to the longest. */
function isQuietBroken(debounce: GateOf<'debounce'>, facts: StartFacts): boolean {
  const { now } = facts
  const lane = facts.lane(debounce)
  if (lane.until <= now) return false
  const longest = debounce.maxWaitMs === undefined ? Infinity : lane.since + debounce.maxWaitMs
  lane.until = Math.min(now + debounce.forMs, longest)
  lane.expiresAt = lane.until
  return true
}
