import type { RunError } from '#shared/run.ts'
import { cancelOpen, cancelStep } from './cancel-step.ts'
import { findOutputIn } from './find-output.ts'
import type { JournalEvent, LoopStart } from './journal.ts'
import { becomes, getNode, type ItemEnd, nodeIn, type NodeState, type RunState, type Scope } from './run-state.ts'

/**
 * Loops as the journal tells them. Iterations have no events of their own: which of them have begun, and what they
 * ended with, follows from the events of their steps. Only what an expression decides is written down (`step.looked`).
 */

/** A loop begins: its items are fixed now. */
export function beginLoop(state: RunState, node: NodeState, seq: number, { total, begun = 0 }: LoopStart): void {
  node.loop = { total, seq, next: 0, begun, open: new Map(), ends: [], toLook: [], isEnough: false, isOver: false }
  becomes(state, node, 'looping')
  if (node.step.params['while'] !== undefined) return look(state, node, -1)
  beginNext(state, node)
}

/** Ends the iterations in which nothing is left to do, and begins those that were waiting for them. */
export function endIterations(state: RunState): void {
  for (let scope = state.ended.pop(); scope; scope = state.ended.pop()) {
    const { loop } = scope
    if (!loop?.loop?.open.delete(scope.index) || loop.loop.isOver) continue
    if (loop.loop.open.size <= atOnce(loop)) state.overfull.delete(loop.path)
    loop.loop.ends[scope.index] = scope.error ? { seq: null, error: scope.error } : endOf(state, scope)
    if (needsLook(loop)) look(state, loop, scope.index)
    else beginNext(state, loop)
  }
}

/** An item failed: nothing new begins in it, what is under way may finish, then it ends with the error. */
export function endItemFailed(state: RunState, scope: Scope, error: RunError): void {
  if (!scope.loop) return
  scope.error ??= error
  for (const { id } of state.index.bodyOf(scope.loop.step.id).steps) {
    // Those that nothing has led to yet too: what is under way must lead nowhere when it finishes.
    const node = nodeIn(state, scope, id)
    if (node.status !== 'running') cancelStep(state, node)
  }
  if (scope.running === 0) state.ended.push(scope)
}

/** What an expression said after an iteration: whether to go on, and when. */
export function takeLook(state: RunState, node: NodeState, { seq, data }: JournalEvent & { kind: 'step.looked' }): void {
  const { loop } = node
  if (!loop) return
  const place = loop.toLook.indexOf(data.item)
  if (place >= 0) loop.toLook.splice(place, 1)
  if (loop.toLook.length === 0) state.toLook.delete(node.path)
  node.wait = undefined
  if (data.collected) loop.ends[data.item] = { seq }
  if (data.goOnAt !== undefined) {
    node.wait = { kind: 'delay', until: data.goOnAt }
    return becomes(state, node, 'waiting')
  }
  if (node.status === 'waiting') becomes(state, node, 'looping')
  if (!data.isEnough) return beginNext(state, node)
  loop.isEnough = true
  loop.toLook.length = 0
  state.toLook.delete(node.path)
  if (data.spared) {
    if (node.step.params['rest'] !== 'leave') cancelOpen(state, node, new Set(data.spared))
    beginNext(state, node)
  } else if (node.step.params['rest'] === 'leave') state.toEnd.add(node.path)
  else {
    cancelOpen(state, node)
    beginNext(state, node)
  }
}

function look(state: RunState, node: NodeState, item: number): void {
  node.loop?.toLook.push(item)
  state.toLook.add(node.path)
}

function needsLook({ step: { type, params } }: NodeState): boolean {
  return type === 'repeat' || params['until'] !== undefined || isExpression(params['collect'])
}

/** Whether `collect` says how to work out what is kept of an item. */
export function isExpression(collect: unknown): collect is string {
  return typeof collect === 'string' && collect !== 'all' && collect !== 'none'
}

function beginNext(state: RunState, node: NodeState): void {
  const { loop } = node
  if (!loop || loop.isOver || state.end || state.ending) return
  const total = loop.total ?? Infinity
  const most = atOnce(node)
  while (!loop.isEnough && loop.next < total && (loop.next < loop.begun || loop.open.size + loop.toLook.length < most)) {
    beginIteration(state, node, loop.next++)
    if (loop.total === undefined) break
  }
  const isDone = loop.isEnough || loop.next >= total
  if (isDone && loop.open.size === 0 && loop.toLook.length === 0) state.toEnd.add(node.path)
}

function atOnce({ step: { params } }: NodeState): number {
  return typeof params['concurrency'] === 'number' ? params['concurrency'] : 1
}

/** Whether a step has to wait because its loop, or one around that, is about more items at once than it may be. */
export function isHeld(state: RunState, path: string): boolean {
  for (let { scope } = getNode(state, path); scope.loop; { scope } = scope.loop) {
    if (!state.overfull.has(scope.loop.path)) continue
    let place = 0
    for (const index of scope.loop.loop?.open.keys() ?? []) {
      if (index === scope.index) break
      if (++place >= atOnce(scope.loop)) return true
    }
  }
  return false
}

function beginIteration(state: RunState, node: NodeState, index: number): void {
  const { steps, starts } = state.index.bodyOf(node.step.id)
  const path = `${node.path}[${index}]`
  const scope: Scope = { path, loop: node, index, left: steps.length, running: 0, error: undefined }
  state.scopes.set(path, scope)
  node.loop?.open.set(index, scope)
  if ((node.loop?.open.size ?? 0) > atOnce(node)) state.overfull.add(node.path)
  for (const id of starts) becomes(state, nodeIn(state, scope, id), 'ready')
  if (steps.length === 0) state.ended.push(scope)
}

function endOf(state: RunState, scope: Scope): ItemEnd {
  const node = scope.loop && findOutputIn(state, scope, state.index.bodyOf(scope.loop.step.id).steps)
  return node?.endSeq === undefined ? { seq: null } : { seq: node.endSeq, path: node.path }
}
