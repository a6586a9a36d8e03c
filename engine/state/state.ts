import type { RunError } from '#shared/run.ts'
import { cancelStep, closeLoop } from './cancel-step.ts'
import type { JournalEvent, RunEnd, StepEnd, StepFailure, StepLoss } from './journal.ts'
import { loseRunning } from '../calls/call-log.ts'
import { askingStep } from '../calls/call-path.ts'
import { beginCode, endCode, foldAsked, resumeCode, suspendCode } from '../keep/code-state.ts'
import { beginLoop, endIterations, endItemFailed, takeLook } from './loop-state.ts'
import { noteCheckpoint } from './note-checkpoint.ts'
import { becomes, getNode, getScope, nodeIn, type NodeState, type RunState, type Scope } from './run-state.ts'

/** Folds one event into the state, in time proportional to what it changes. Events come in order, without a gap. */
export function apply(state: RunState, event: JournalEvent): void {
  if (event.seq !== state.seq + 1) throw new Error(`The journal has event ${event.seq} after ${state.seq}`)
  state.seq = event.seq
  fold(state, event)
  endIterations(state)
}

function fold(state: RunState, event: JournalEvent): void {
  const asker = 'path' in event ? askingStep(event.path) : undefined
  if (asker !== undefined && 'path' in event) return foldAsked(state, getNode(state, asker), event)
  switch (event.kind) {
    case 'run.created': {
      state.triggerId = event.data.triggerId
      // Nobody waits for the answer of a replay: its `respond` sends nothing.
      if (event.data.replayOf !== undefined) state.responded = true
      for (const trigger of state.index.plan.triggers) {
        leave(state, getScope(state, ''), trigger.id, trigger.id === event.data.triggerId ? ['out'] : [])
      }
      return
    }
    case 'run.paused':
    case 'run.moved':
      return
    case 'run.cancelRequested': {
      state.cancel = event.data
      if (event.data.when === 'now') state.ending = { status: 'cancelled', error: null }
      return
    }
    case 'run.timedOut': {
      const message =
        'The run took longer than the flow allows. Raise the time limit in the flow’s settings, or find what is slow.'
      state.ending = { status: 'failed', error: { code: 'timeout', message, retryable: true } }
      return
    }
    case 'run.retried':
      return retryRun(state)
    case 'run.finished':
      return finishRun(state, event.data)
    case 'step.started': {
      const node = getNode(state, event.path)
      beginAttempt(node, event)
      if (event.data?.loop) return beginLoop(state, node, event.seq, event.data.loop)
      if (node.step.runs === 'code') beginCode(node, event.at, event.data?.seed)
      node.child = event.data?.child
      return becomes(state, node, 'running')
    }
    case 'step.looked':
      return takeLook(state, getNode(state, event.path), event)
    case 'step.suspended':
      return suspendCode(state, getNode(state, event.path), event.data)
    case 'step.resumed':
      return resumeCode(state, getNode(state, event.path))
    case 'step.kept':
    case 'step.copied':
      throw new Error(`"${event.path}" is no step that code asked for`)
    case 'step.resolved':
      return resolveStep(state, getNode(state, event.path), event)
    case 'step.finished':
      return finishStep(state, getNode(state, event.path), event, event.data ?? {})
    case 'step.failed':
      return failStep(state, getNode(state, event.path), event, event.data)
    case 'step.lost':
      return loseStep(state, getNode(state, event.path), event.data)
    case 'step.waiting': {
      const node = getNode(state, event.path)
      beginAttempt(node, event)
      becomes(state, node, 'waiting')
      // A copy: what comes later in the wait is noted in it.
      node.wait = { ...event.data }
      if (event.data.kind === 'child') node.child = event.data.runId
      noteCheckpoint(state, node.path)
      return
    }
    case 'step.reminded': {
      const { wait } = getNode(state, event.path)
      if (wait?.kind === 'approval') delete wait.remindAt
      return
    }
    case 'step.skipped': {
      return skip(state, getNode(state, event.path))
    }
  }
}

export function beginAttempt(node: NodeState, event: JournalEvent & { attempt: number }): void {
  node.attempt = event.attempt
  node.decided ??= { seq: event.seq, at: event.at }
  node.retryAt = undefined
}

function finishStep(state: RunState, node: NodeState, event: JournalEvent & { attempt: number }, end: StepEnd): void {
  beginAttempt(node, event)
  endCode(state, node)
  node.wait = undefined
  noteCheckpoint(state, node.path)
  if (end.reply) state.responded = true
  if (end.reply?.isLate) node.isLateReply = true
  if (end.stop) stopRun(state, node, event.seq, end.stop)
  else succeed(state, node, event.seq, end.handles ?? ['out'])
}

function stopRun(state: RunState, node: NodeState, seq: number, stop: NonNullable<StepEnd['stop']>): void {
  if (stop.as === 'succeeded') {
    succeed(state, node, seq, [])
    state.ending ??= { status: 'succeeded', error: null }
    return
  }
  node.error = { code: 'stopped', message: stop.message, nodeId: node.step.id, path: node.path, retryable: false }
  node.endSeq = seq
  becomes(state, node, 'failed')
  state.ending ??= { status: 'failed', error: node.error }
}

function failStep(state: RunState, node: NodeState, event: JournalEvent & { attempt: number }, failure: StepFailure): void {
  beginAttempt(node, event)
  endCode(state, node)
  noteCheckpoint(state, node.path)
  node.error = failure.error
  node.wait = undefined
  // Another attempt calls anew.
  node.childBefore = node.child ?? node.childBefore
  node.child = undefined
  if (failure.retryAt !== null) {
    node.retryAt = failure.retryAt
    return becomes(state, node, 'retrying')
  }
  giveUp(state, node, event, failure.error)
}

/** What follows from a step that failed for good: by its own policy, then by those of the loops it is in. */
export function giveUp(state: RunState, node: NodeState, event: { seq: number }, error: RunError): void {
  node.endSeq = event.seq
  node.error = error
  if (node.step.onError === 'stop') return failUnhandled(state, node, event, error)
  closeLoop(state, node)
  switch (node.step.onError) {
    case 'continue':
      return succeed(state, node, event.seq, ['out'])
    case 'route':
      return succeed(state, node, event.seq, ['error'])
    case 'park': {
      node.wait = { kind: 'attention' }
      return becomes(state, node, 'waiting')
    }
  }
}

function loseStep(state: RunState, node: NodeState, loss: StepLoss): void {
  node.uncounted++
  if (node.calls) loseRunning(node.calls)
  if (loss.crashed) {
    const before = state.suspects.get(node.path) ?? { losses: 0, alone: 0 }
    state.suspects.set(node.path, { losses: before.losses + 1, alone: loss.alone ? before.alone + 1 : 0 })
  }
  if (node.step.runs !== 'engine' && node.step.delivery === 'atMostOnce') {
    // It may have acted: only a person can say.
    node.wait = { kind: 'inDoubt' }
    return becomes(state, node, 'waiting')
  }
  becomes(state, node, 'ready')
}

/** A failure that the step itself has no way for: an item ends with it, a loop around handles it, or the run fails. */
function failUnhandled(state: RunState, node: NodeState, event: { seq: number }, error: RunError): void {
  for (let { scope } = node; scope.loop; { scope } = scope.loop) {
    const { loop, step } = scope.loop
    if (loop?.isOver || step.params['onItemError'] === 'continue') {
      failHandled(state, node)
      return endItemFailed(state, scope, error)
    }
    if (step.onError === 'stop') continue
    failHandled(state, node)
    return giveUp(state, scope.loop, event, error)
  }
  becomes(state, node, 'failed')
}

/** It failed, and somebody else answers for it: neither a retry of the run nor its end is concerned with it. */
function failHandled(state: RunState, node: NodeState): void {
  becomes(state, node, 'failed')
  state.failures.delete(node.path)
}

function resolveStep(state: RunState, node: NodeState, { seq, attempt, data }: JournalEvent & { kind: 'step.resolved' }): void {
  node.wait = undefined
  state.suspects.delete(node.path)
  switch (data.action) {
    case 'retry':
      if (wasAnswered(node.error)) node.tryNumber++
      node.uncounted = attempt
      node.error = undefined
      node.endSeq = undefined
      return becomes(state, node, 'ready')
    case 'skip':
      closeLoop(state, node)
      return skip(state, node)
    case 'output':
      node.error = undefined
      closeLoop(state, node)
      // What somebody gave takes the place of what its items did.
      node.loop = undefined
      return succeed(state, node, seq, data.handles ?? ['out'])
  }
}

function skip(state: RunState, node: NodeState): void {
  becomes(state, node, 'skipped')
  leave(state, node.scope, node.step.id, [])
}

function succeed(state: RunState, node: NodeState, seq: number, handles: readonly string[]): void {
  node.endSeq = seq
  node.handles = handles
  if (node.loop) node.loop.isOver = true
  state.toEnd.delete(node.path)
  becomes(state, node, 'succeeded')
  leave(state, node.scope, node.step.id, handles)
}

/** Settles every line that leaves a step or trigger, and those behind steps that are skipped by it. */
function leave(state: RunState, scope: Scope, source: string, handles: readonly string[]): void {
  const left: [source: string, handles: readonly string[]][] = [[source, handles]]
  for (const [from, through] of left) {
    for (const [handle, targets] of state.index.lines(from)) {
      for (const target of targets) {
        const node = nodeIn(state, scope, target)
        if (through.includes(handle)) node.taken++
        else node.dead++
        if (node.status === 'undecided' && decideJoin(state, node) === 'skipped') left.push([target, []])
      }
    }
  }
}

function decideJoin(state: RunState, node: NodeState): NodeState['status'] {
  const { join, incoming } = node.step
  const open = incoming.length - node.taken - node.dead
  const needed = join === 'all' ? incoming.length : join === 'any' ? 1 : join.atLeast
  const fires = join === 'all' ? open === 0 && node.taken > 0 : node.taken >= needed
  const cannot = join === 'all' ? open === 0 && node.taken === 0 : node.taken + open < needed
  if (fires) {
    becomes(state, node, 'ready')
    if (node.step.cancelRest)
      for (const id of state.index.leadingOnlyTo(node.step.id)) cancelStep(state, nodeIn(state, node.scope, id))
  } else if (cannot) becomes(state, node, 'skipped')
  return node.status
}

function finishRun(state: RunState, end: RunEnd): void {
  state.end = end
  if (end.status === 'failed') {
    // Waits stay open: the run may be retried.
    for (const path of [...state.running]) {
      state.interrupted.add(path)
      cancelStep(state, getNode(state, path))
    }
    return
  }
  for (const path of [...state.looping, ...state.running, ...state.waiting, ...state.retrying, ...state.ready]) {
    cancelStep(state, getNode(state, path))
  }
}

function retryRun(state: RunState): void {
  state.end = undefined
  state.ending = undefined
  state.cancel = undefined
  state.suspects.clear()
  for (const path of [...state.failures, ...state.interrupted]) {
    const node = getNode(state, path)
    if (node.status === 'failed' && wasAnswered(node.error)) node.tryNumber++
    node.error = undefined
    node.endSeq = undefined
    // A loop that began goes on where its condition could not be told.
    if (node.loop) {
      becomes(state, node, 'looping')
      continue
    }
    node.uncounted = node.attempt
    becomes(state, node, 'ready')
  }
  state.interrupted.clear()
}

/** Whether the other side said no: then asking again must not look like the same request. */
function wasAnswered(error: RunError | undefined): boolean {
  return error?.status !== undefined
}
