import type { RunEnd } from './journal.ts'
import { findOutputIn } from './find-output.ts'
import { isHeld } from './loop-state.ts'
import { getNode, getScope, nextDueAt, type RunState } from './run-state.ts'

/** What is to be done next in a run. */
export type Command =
  | { kind: 'start'; path: string }
  /** An iteration of this loop has ended, and an expression says what follows. */
  | { kind: 'look'; path: string; item: number }
  /** Its iterations are over. */
  | { kind: 'endLoop'; path: string }
  /** Its attempts take the process down: no further one. */
  | { kind: 'poison'; path: string }
  /** Nothing is left to do before that time, or before something arrives. */
  | { kind: 'pause'; dueAt: number | undefined }
  | { kind: 'finish'; end: RunEnd }

const lossesToPoison = 3
const lonelyLossesToPoison = 2

/**
 * Says what to do next. It depends on the journal alone, never on the time or on who asks: after a crash the next
 * owner comes to the same decisions. Empty while attempts that are under way have to end first.
 */
export function decide(state: RunState): Command[] {
  if (state.seq < 0 || state.end) return []
  if (state.ending) return [finish(state, state.ending.status, state.ending.error)]
  if (state.failures.size > 0 || state.cancel) {
    if (state.running.size > 0) return []
    const [failed] = state.failures
    return failed === undefined || state.cancel
      ? [finish(state, 'cancelled', null)]
      : [finish(state, 'failed', getNode(state, failed).error ?? null)]
  }
  if (state.toEnd.size > 0 || state.toLook.size > 0) return decideLoops(state)
  if (state.suspects.size > 0) {
    const next = decideSuspect(state)
    if (next) return next
  }
  const ready = state.overfull.size > 0 ? [...state.ready].filter((path) => !isHeld(state, path)) : [...state.ready]
  if (ready.length > 0) return ready.map((path) => ({ kind: 'start', path }))
  if (state.running.size > 0) return []
  if (state.waiting.size > 0 || state.retrying.size > 0) return [{ kind: 'pause', dueAt: nextDueAt(state) }]
  return [finish(state, 'succeeded', null)]
}

/** Touches nothing outside, and comes before all else: what is ready next depends on it. */
function decideLoops(state: RunState): Command[] {
  const ends = Array.from(state.toEnd, (path): Command => ({ kind: 'endLoop', path }))
  const looks = Array.from(state.toLook).flatMap((path) =>
    (getNode(state, path).loop?.toLook ?? []).map((item): Command => ({ kind: 'look', path, item })),
  )
  return [...ends, ...looks]
}

/** After a crash whatever was running is suspected of it, and repeated one at a time. */
function decideSuspect(state: RunState): Command[] | undefined {
  for (const [path, { losses, alone }] of state.suspects) {
    if (state.ready.has(path) && losses >= lossesToPoison && alone >= lonelyLossesToPoison) return [{ kind: 'poison', path }]
  }
  if (state.running.size > 0) return []
  for (const path of state.suspects.keys()) if (state.ready.has(path)) return [{ kind: 'start', path }]
  return undefined
}

function finish(state: RunState, status: RunEnd['status'], error: RunEnd['error']): Command {
  return { kind: 'finish', end: { status, error, outputSeq: status === 'succeeded' ? findOutputSeq(state) : null } }
}

function findOutputSeq(state: RunState): number | null {
  return findOutputIn(state, getScope(state, ''), state.index.bodyOf(undefined).steps)?.endSeq ?? null
}
