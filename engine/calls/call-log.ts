import type { RunError } from '#shared/run.ts'
import type { JournalEvent, StepWait } from '../state/journal.ts'
import type { CallAsked, LinesMark } from './call-asked.ts'

/** What the journal says of one thing that code asked for. */
export interface CallState {
  readonly path: string
  readonly asked: CallAsked
  /** `asked` is for one whose attempt was lost: the next one is due. */
  status: 'asked' | 'running' | 'retrying' | 'waiting' | 'succeeded' | 'failed' | 'cancelled'
  /** The number of the last attempt under this path, counting every one. */
  attempt: number
  /** Attempts that don't count: lost ones, and those of earlier attempts of the code. */
  uncounted: number
  wait: StepWait | undefined
  retryAt: number | undefined
  /** The event that has its result, and when that was recorded. */
  endSeq: number | undefined
  endAt: number
  error: RunError | undefined
  /** How a wait ended. */
  handle: string | undefined
  /** The run that its last attempt started. */
  child: string | undefined
}

/** What the journal says of what one code step asked for, since its code last had to begin anew. */
export interface CallLog {
  /** When the code first began: its clock starts there on every replay. */
  startedAt: number
  /** What its random numbers come from, in a replay that goes on in the middle of the code. */
  seed: string | undefined
  /** In the order of asking. */
  readonly requests: CallState[]
  /** In the order of ending, which is the order of delivery. */
  readonly ended: CallState[]
  readonly open: Set<CallState>
  /** The last of each path, of earlier attempts too: what succeeded then is kept. */
  readonly byPath: Map<string, CallState>
  /** How far the lines are written that belong to the code itself. */
  lines: LinesMark
  /** The code failed: it begins anew with its next attempt. */
  isOver: boolean
  /** The code has let go of everything, and goes on in the same attempt. */
  isSuspended: boolean
}

export function createCallLog(startedAt: number, seed?: string): CallLog {
  return {
    startedAt,
    seed,
    requests: [],
    ended: [],
    open: new Set(),
    byPath: new Map(),
    lines: [0, 0],
    isOver: false,
    isSuspended: false,
  }
}

/** The code begins anew, as after a failed attempt. What it will ask for may be there already. */
export function renewCallLog(log: CallLog, startedAt: number): void {
  log.startedAt = startedAt
  log.seed = undefined
  log.requests.length = 0
  log.ended.length = 0
  log.open.clear()
  log.lines = [0, 0]
  log.isOver = log.isSuspended = false
}

export type CallEvent = JournalEvent & { path: string; attempt: number }

/** Folds an event of something that code asked for. */
export function foldCall(log: CallLog, event: CallEvent): void {
  switch (event.kind) {
    case 'step.started': {
      const call = event.data?.call ? ask(log, event, event.data.call) : getCall(log, event.path)
      call.attempt = event.attempt
      call.status = 'running'
      call.retryAt = undefined
      call.child = event.data?.child
      return
    }
    case 'step.waiting': {
      const call = event.data.call ? ask(log, event, event.data.call) : getCall(log, event.path)
      call.attempt = event.attempt
      call.status = 'waiting'
      call.wait = event.data
      return
    }
    case 'step.kept': {
      const before = log.byPath.get(event.path)
      const call = ask(log, event, event.data.call)
      call.attempt = event.attempt
      call.uncounted = before?.uncounted ?? 0
      return end(log, call, 'succeeded', event.data.seq, event.at)
    }
    case 'step.copied': {
      const call = callState(event.path, event.data.call, 0)
      log.byPath.set(event.path, call)
      Object.assign(call, { status: 'succeeded', attempt: event.attempt, handle: event.data.handle })
      Object.assign(call, { endSeq: event.seq, endAt: event.at })
      return
    }
    case 'step.finished':
      markLines(log, event.data?.lines)
      getCall(log, event.path).handle = event.data?.handles?.[0]
      return end(log, getCall(log, event.path), 'succeeded', event.seq, event.at)
    case 'step.failed': {
      const call = getCall(log, event.path)
      markLines(log, event.data.lines)
      call.error = event.data.error
      if (event.data.retryAt === null) return end(log, call, 'failed', event.seq, event.at)
      call.status = 'retrying'
      call.retryAt = event.data.retryAt
      return
    }
    default:
      throw new Error(`"${event.path}" is not a step of the plan: it can't have ${event.kind}`)
  }
}

function ask(log: CallLog, { path }: CallEvent, asked: CallAsked): CallState {
  const call = callState(path, asked, log.byPath.get(path)?.attempt ?? 0)
  log.requests.push(call)
  log.byPath.set(path, call)
  log.open.add(call)
  return call
}

function callState(path: string, asked: CallAsked, uncounted: number): CallState {
  return {
    path,
    asked,
    status: 'asked',
    attempt: 0,
    uncounted,
    wait: undefined,
    retryAt: undefined,
    endSeq: undefined,
    endAt: 0,
    error: undefined,
    handle: undefined,
    child: undefined,
  }
}

function end(log: CallLog, call: CallState, status: 'succeeded' | 'failed', seq: number, at: number): void {
  call.status = status
  call.wait = undefined
  call.retryAt = undefined
  call.endSeq = seq
  call.endAt = at
  log.open.delete(call)
  log.ended.push(call)
}

export function markLines(log: CallLog, lines: LinesMark | undefined): void {
  if (lines) log.lines = lines
}

export function getCall(log: CallLog, path: string): CallState {
  const call = log.byPath.get(path)
  if (!call) throw new Error(`Nothing was asked for under "${path}"`)
  return call
}

/** The attempt of the code was lost, and with it what was under way in it; waits go on. */
export function loseRunning(log: CallLog): CallState[] {
  const lost = [...log.open].filter((call) => call.status === 'running')
  for (const call of lost) {
    call.status = 'asked'
    call.uncounted++
  }
  return lost
}

/** The code has ended without waiting for these. */
export function cancelOpen(log: CallLog): CallState[] {
  const left = [...log.open]
  for (const call of left) call.status = 'cancelled'
  log.open.clear()
  return left
}

export function callDueAt(call: CallState): number | null {
  if (call.status === 'retrying') return call.retryAt ?? null
  if (call.status !== 'waiting' || !call.wait) return null
  return call.wait.kind === 'delay' ? call.wait.until : 'expiresAt' in call.wait ? call.wait.expiresAt : null
}

/** When the first of what the code waits for is due; null when none of it is. */
export function callsDueAt(log: CallLog, of: 'waits' | 'all' = 'all'): number | null {
  let first: number | null = null
  for (const call of log.open) {
    if (of === 'waits' && call.status !== 'waiting') continue
    const at = callDueAt(call)
    if (at !== null && (first === null || at < first)) first = at
  }
  return first
}
