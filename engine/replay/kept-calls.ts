import type { JsonText } from '#shared/json.ts'
import { isReadAnew } from '../calls/call-asked.ts'
import type { CallLog, CallState } from '../calls/call-log.ts'
import type { WillRun } from '../engine-api.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { NodeState } from '../state/run-state.ts'
import { conflict } from './given-conflict.ts'
import type { KeptEvent } from './plan-replay.ts'

/** What is to become of what a code step had asked for. */
export interface CallsWish {
  /** Calls that are made again, with all that were asked for after them. */
  from: ReadonlySet<string>
  /** Results that take the place of those the code got; what was asked for after them is made again. */
  outputs: ReadonlyMap<string, JsonText>
  /** The code is as it was: it will ask for the same things in the same order. */
  isSameCode: boolean
}

export interface KeptCalls {
  events: KeptEvent[]
  /** What the code had asked for and will ask for again, as far as it does the same. */
  again: WillRun[]
}

/**
 * What a code step begins with that goes on in the middle of its code. All it had asked for up to the first thing that
 * is not over is replayed to it, request for request; what it got after that lies ready for when it asks. A step whose
 * code had failed begins from the top, as with a new attempt: what had worked lies ready, what had failed is done again.
 */
export function keepCalls(node: NodeState, journal: readonly JournalEvent[], wish: CallsWish, at: number): KeptCalls {
  const { calls: log } = node
  if (!log) return { events: [], again: [] }
  const last = lastKept(log, wish)
  const isExplicit = wish.from.size > 0 || wish.outputs.size > 0
  const hasFailed = log.isOver && (node.status === 'failed' || node.status === 'retrying' || node.status === 'waiting')
  const replayed = wish.isSameCode && (isExplicit || !hasFailed) ? leading(log, last, wish.outputs) : []
  const isReplayed = new Set(replayed)
  const ready = [...log.byPath.values()].filter(
    (call) =>
      !isReplayed.has(call) &&
      !wish.from.has(call.path) &&
      (!log.requests.includes(call) || call.asked.number <= last) &&
      !isReadAnew(call.asked.kind) &&
      (call.status === 'succeeded' || wish.outputs.has(call.path)),
  )
  const again = log.requests
    .filter((call) => !isReplayed.has(call) && !ready.includes(call))
    .map((call): WillRun => ({ path: call.path, effect: effectOf(call), ...(wish.from.has(call.path) ? {} : { maybe: true }) }))
  if (replayed.length === 0 && ready.length === 0) return { events: [], again }
  return {
    events: [...replay(log, replayed, journal, wish.outputs, at), ...ready.map((call) => lieReady(call, wish.outputs, at))],
    again,
  }
}

/** The number of the last request whose result stays. */
function lastKept(log: CallLog, { from, outputs }: CallsWish): number {
  const cuts = [...from].map((path) => (log.byPath.get(path)?.asked.number ?? Infinity) - 1)
  const cut = Math.min(Infinity, ...cuts)
  const given = [...outputs.keys()].map((path) => ({ path, number: log.byPath.get(path)?.asked.number ?? Infinity }))
  for (const { path, number } of given) if (number > cut) throw conflict(path)
  return Math.min(cut, ...given.map(({ number }) => number))
}

function leading(log: CallLog, last: number, outputs: ReadonlyMap<string, JsonText>): CallState[] {
  const found: CallState[] = []
  for (const call of log.requests) {
    const isOver = call.status === 'succeeded' || call.status === 'failed' || outputs.has(call.path)
    if (call.asked.number > last || !isOver) break
    found.push(call)
  }
  return found
}

/** The requests in the order of asking, then their results in the order of delivery. */
function replay(
  log: CallLog,
  calls: readonly CallState[],
  journal: readonly JournalEvent[],
  outputs: ReadonlyMap<string, JsonText>,
  at: number,
): KeptEvent[] {
  const asked = calls.map(({ path, attempt, asked: call }): KeptEvent => {
    const begun = journal.findLast((event) => 'path' in event && event.path === path && event.kind !== 'step.finished')
    return {
      event: { seq: 0, at: begun?.at ?? at, kind: 'step.started', path, attempt, data: { call } },
      from: null,
      payload: null,
    }
  })
  const over = log.ended.filter((call) => calls.includes(call))
  const unended = calls.filter((call) => !over.includes(call))
  const ended = [...over, ...unended].map((call) => endOf(call, outputs, at))
  return [...asked, ...ended]
}

function endOf(call: CallState, outputs: ReadonlyMap<string, JsonText>, at: number): KeptEvent {
  const { path, attempt, handle, error } = call
  const given = outputs.get(path)
  if (given !== undefined) return { event: { seq: 0, at, kind: 'step.finished', path, attempt }, from: null, payload: given }
  if (call.status === 'failed' && error) {
    const event = { seq: 0, at: call.endAt, kind: 'step.failed', path, attempt, data: { error, retryAt: null } } as const
    return { event, from: null, payload: null }
  }
  const data = handle === undefined ? {} : { data: { handles: [handle] } }
  return {
    event: { seq: 0, at: call.endAt, kind: 'step.finished', path, attempt, ...data },
    from: call.endSeq ?? null,
    payload: null,
  }
}

function lieReady(call: CallState, outputs: ReadonlyMap<string, JsonText>, at: number): KeptEvent {
  const { path, attempt, asked, handle } = call
  const given = outputs.get(path)
  const data = { call: asked, ...(handle === undefined ? {} : { handle }) }
  const event = { seq: 0, at: given === undefined ? call.endAt : at, kind: 'step.copied', path, attempt, data } as const
  return { event, from: given === undefined ? (call.endSeq ?? null) : null, payload: given ?? null }
}

function effectOf({ asked: { kind } }: CallState): WillRun['effect'] {
  switch (kind) {
    case 'run':
    case 'once':
      return 'maybe'
    case 'callFlow':
    case 'sendEvent':
    case 'fetch':
    case 'waitForApproval':
      return true
    case 'sleep':
    case 'waitForCall':
    case 'waitForEvent':
    case 'state.get':
    case 'state.set':
    case 'secrets.get':
    case 'files.read':
    case 'files.save':
      return false
  }
}
