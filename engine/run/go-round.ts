import { AppError } from '#shared/errors.ts'
import { evaluateCondition, renderTemplate } from '#shared/expression/template.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { durationFrom } from './evaluate-step.ts'
import { failForGood, finishStep } from './finish-step.ts'
import type { LoopLook } from '../state/journal.ts'
import { isExpression } from '../state/loop-state.ts'
import { append, closeWait, knownOutput, openWait, type OwnedRun, partOf } from './owned-run.ts'
import { longestHeldPauseMs } from '../state/retry.ts'
import { getNode, type NodeState, type Scope } from '../state/run-state.ts'
import { scopeFor } from './step-scope.ts'
import { listText } from '../state/step-output.ts'

/** Records what the loop's expressions say of an iteration that has ended; all they name must be in memory. */
export function judgeIteration(run: OwnedRun, path: string, item: number): void {
  const node = getNode(run.state, path)
  try {
    const { look, collected } = node.step.type === 'repeat' ? judgePass(run, node, item) : judgeItem(run, node, item)
    const { seq } = append(run, { kind: 'step.looked', path, attempt: node.attempt, data: look }, collected ?? null)
    if (collected !== undefined) run.collected.set(seq, collected)
    const { wait } = node
    if (wait?.kind === 'delay' && wait.until - run.host.time.now() > longestHeldPauseMs)
      openWait(run, path, { kind: 'delay', dueAt: wait.until })
  } catch (error) {
    failForGood(run, path, node.attempt, error)
  }
}

interface Judgement {
  look: LoopLook
  collected?: JsonText
}

function judgeItem(run: OwnedRun, node: NodeState, item: number): Judgement {
  const { collect, until } = node.step.params
  const limits = { size: run.host.ports.limits.expressionBytes }
  const scope = run.state.scopes.get(`${node.path}[${item}]`)
  const judged: Judgement = { look: { item } }
  if (isExpression(collect) && !node.loop?.ends[item]?.error) {
    judged.collected = renderTemplate(collect, scopeFor(run, node, { scope }), limits)
    judged.look.collected = true
  }
  if (until === undefined) return judged
  const instead = judged.collected === undefined ? undefined : { item, text: judged.collected }
  const results = listText(run.state, node, (seq, path) => partOf(run, seq, path), instead)
  if (isTrue(until, scopeFor(run, node, { scope, results }), limits)) judged.look.isEnough = true
  return judged
}

/** `item` passes have been gone through; in the conditions `index` is their number and `previous` what the last one gave. */
function judgePass(run: OwnedRun, node: NodeState, item: number): Judgement {
  const { params } = node.step
  const limits = { size: run.host.ports.limits.expressionBytes }
  const done = item + 1
  const last = node.loop?.ends[item]
  if (last?.path !== undefined) knownOutput(run, getNode(run.state, last.path))
  const scope: Scope = { path: `${node.path}[${item}]`, loop: node, index: done, left: 0, running: 0, error: undefined }
  const seen = scopeFor(run, node, { scope })
  const isOver =
    (done > 0 && params['until'] !== undefined && isTrue(params['until'], seen, limits)) ||
    (params['while'] !== undefined && !isTrue(params['while'], seen, limits))
  if (isOver) return { look: { item, isEnough: true } }
  const most = typeof params['maxIterations'] === 'number' ? params['maxIterations'] : 100
  if (done >= most) {
    const message = `Step "${node.step.name}" went round ${done} times and its condition still doesn’t end it. Change the condition, or raise the most it may go round.`
    throw new AppError('max_iterations', message)
  }
  const delayMs = done === 0 ? 0 : durationFrom(params['delayMs'] ?? 0)
  return { look: { item, ...(delayMs > 0 ? { goOnAt: run.host.time.now() + delayMs } : {}) } }
}

/** The pause between two passes is over. */
export function passLoopDelay(run: OwnedRun, node: NodeState): void {
  closeWait(run, node.path)
  const item = (node.loop?.next ?? 0) - 1
  append(run, { kind: 'step.looked', path: node.path, attempt: node.attempt, data: { item } })
}

/** Records that a loop is over. The list of what its items gave is stored nowhere as a whole. */
export function endLoop(run: OwnedRun, path: string): void {
  const node = getNode(run.state, path)
  const { attempt, loop, step } = node
  if (step.type === 'forEach') {
    const isGathered = step.params['collect'] !== 'none'
    append(run, { kind: 'step.finished', path, attempt }, isGathered ? null : '[]')
    if (!isGathered) run.outputs.set(path, '[]')
    return
  }
  const end = loop?.ends.at(-1)
  const last = end?.path === undefined ? 'null' : (knownOutput(run, getNode(run.state, end.path)) ?? 'null')
  finishStep(run, { path, attempt, output: `{"iterations":${loop?.ends.length ?? 0},"last":${last}}` })
}

function isTrue(condition: Json, scope: ExpressionScope, limits: { size: number }): boolean {
  return typeof condition === 'boolean' || typeof condition === 'string' ? evaluateCondition(condition, scope, limits) : false
}
