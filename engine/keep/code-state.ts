import { type CallState, cancelOpen, createCallLog, foldCall, loseRunning, markLines, renewCallLog } from '../calls/call-log.ts'
import { askingStep } from '../calls/call-path.ts'
import type { JournalEvent, StepFact } from '../state/journal.ts'
import { becomes, type NodeState, type RunState } from '../state/run-state.ts'
import { noteCheckpoint } from '../state/note-checkpoint.ts'

/** A code step's attempt begins: where the last one was lost, or from nothing. */
export function beginCode(node: NodeState, at: number, seed?: string): void {
  if (!node.calls) node.calls = createCallLog(at, seed)
  else if (node.calls.isOver) renewCallLog(node.calls, at)
  else node.calls.isSuspended = false
}

/** The code is over, however it ended; what it did not wait for is cancelled. */
export function endCode(state: RunState, { calls }: NodeState): void {
  if (!calls) return
  calls.isOver = true
  for (const call of cancelOpen(calls)) state.cancelled.push(call.path)
}

/** The code is stopped. When a retry of the run may let it go on, its waits stay open like all others. */
export function stopCode(state: RunState, node: NodeState): void {
  if (!node.calls) return
  if (state.interrupted.has(node.path)) loseRunning(node.calls)
  else endCode(state, node)
}

/** Something happened to what the code of this step asked for. A step that waits for it goes on once it has ended. */
export function foldAsked(state: RunState, node: NodeState, event: JournalEvent & { path: string; attempt: number }): void {
  const { calls } = node
  if (!calls) throw new Error(`The code of "${node.path}" has not begun`)
  const before = calls.ended.length
  foldCall(calls, event)
  if (calls.ended.length === before) return
  noteCheckpoint(state, event.path)
  if (isSuspended(node)) wake(state, node)
}

export function suspendCode(
  state: RunState,
  node: NodeState,
  { delivered, lines }: (StepFact & { kind: 'step.suspended' })['data'],
): void {
  const { calls } = node
  if (!calls) throw new Error(`The code of "${node.path}" has not begun`)
  markLines(calls, lines)
  calls.isSuspended = true
  noteCheckpoint(state, node.path)
  if (calls.ended.length > delivered) return becomes(state, node, 'ready')
  node.wait = { kind: 'calls' }
  becomes(state, node, 'waiting')
}

export function resumeCode(state: RunState, node: NodeState): void {
  node.wait = undefined
  if (node.calls) node.calls.isSuspended = false
  becomes(state, node, 'running')
}

/** Whether its code waits for what it asked for, with nothing of it in memory. */
export function isSuspended(node: NodeState): boolean {
  return node.status === 'waiting' && node.wait?.kind === 'calls'
}

function wake(state: RunState, node: NodeState): void {
  node.wait = undefined
  becomes(state, node, 'ready')
}

/** Something code asked for, by its path; undefined when it is a step of the plan, or was not asked for. */
export function findCall(state: RunState, path: string): { node: NodeState; call: CallState } | undefined {
  const asker = askingStep(path)
  const node = asker === undefined ? undefined : state.nodes.get(asker)
  const call = node?.calls?.byPath.get(path)
  return node && call ? { node, call } : undefined
}

/** What code waits for now, in the order of asking. */
export function waitingCalls(state: RunState): { node: NodeState; call: CallState }[] {
  return [...state.waiting, ...state.running, ...state.ready].flatMap((path) => {
    const node = state.nodes.get(path)
    const open = [...(node?.calls?.open ?? [])].filter((call) => call.status === 'waiting')
    return node ? open.map((call) => ({ node, call })) : []
  })
}
