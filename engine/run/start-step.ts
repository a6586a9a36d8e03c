import { AppError } from '#shared/errors.ts'
import { evaluateCondition } from '#shared/expression/template.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { ask } from '../approvals/open-question.ts'
import { isMemberId, type Question } from '../approvals/question.ts'
import { filesOf } from './attempt-files.ts'
import { type Attempt, attemptAction, attemptCode, type LoggedLine, secretsOf, withinLimit } from './attempt.ts'
import { beforeEffect } from './before-effect.ts'
import { type Pending, takeLines } from '../calls/pending.ts'
import { createRunCalls } from '../calls/run-calls.ts'
import { CodeSuspended } from '../calls/suspended.ts'
import { isSuspended } from '../keep/code-state.ts'
import { callFlow } from '../sub-flows/call-flow.ts'
import { LostRun } from '../worker/committer.ts'
import { openEventWait } from '../events/offer-events.ts'
import { type Evaluated, evaluateStep, renderInput } from './evaluate-step.ts'
import { failpoint } from '../failpoint.ts'
import { failForGood, failStep, finishStep, settleWait } from './finish-step.ts'
import { idempotencyKeyOf } from '../state/idempotency-key.ts'
import { keepLogs } from './keep-logs.ts'
import type { Metric } from '../keep/metric.ts'
import { append, closeWait, openWait, type OwnedRun } from './owned-run.ts'
import { longestHeldPauseMs } from '../state/retry.ts'
import { giveSlotBack, takeSlot } from '../slots/step-slot.ts'
import { scopeFor } from './step-scope.ts'
import { getNode, type NodeState } from '../state/run-state.ts'
import { webCallerOf } from './web-caller.ts'

/**
 * Begins a step's next attempt. Steps of the engine's own are over when this returns; others end later and call
 * `goOn`. All the data its expressions name must be in memory.
 */
export function startStep(run: OwnedRun, path: string): void {
  const node = getNode(run.state, path)
  const attempt = node.attempt + 1
  if (node.status === 'retrying') closeWait(run, path)
  if (node.step.disabled) return finishDisabled(run, node, attempt)
  const { steps: mostSteps } = run.host.ports.limits
  if (run.state.nodes.size > mostSteps) {
    const message = `This run has gone through ${mostSteps} steps, the most one may have. Do less in one run, or raise HOLDFAST_LIMIT_STEPS.`
    return failForGood(run, path, attempt, new AppError('too_large', message))
  }
  const scope = scopeFor(run, node)
  let prepared: Prepared
  try {
    prepared = prepare(run, node, scope)
  } catch (error) {
    return failStep(run, path, attempt, error)
  }
  switch (prepared.kind) {
    case 'skipped':
      append(run, { kind: 'step.skipped', path, attempt })
      return
    case 'evaluated':
      return takeEvaluated(run, path, attempt, prepared.evaluated)
    case 'call':
      return callFlow(run, node, attempt, prepared)
    case 'action':
      if (!mayBegin(run, node, scope)) return
      run.inputs.set(path, prepared.input)
      append(run, { kind: 'step.started', path, attempt, data: { effect: true } }, prepared.isNew ? prepared.input : null)
      void carryOut(run, path, (begun) => doAction(run, begun, prepared.input))
      return
    case 'code':
      if (!mayBegin(run, node, scope)) return
      append(
        run,
        node.calls?.isSuspended ? { kind: 'step.resumed', path, attempt: node.attempt } : { kind: 'step.started', path, attempt },
      )
      void carryOut(run, path, (begun) => doCode(run, begun, scope, prepared.input))
      return
  }
}

/** A slot is waited for, if the step needs one, before anything says that it began. */
function mayBegin(run: OwnedRun, node: NodeState, scope: ExpressionScope): boolean {
  try {
    return takeSlot(run, node, scope)
  } catch (error) {
    failStep(run, node.path, node.attempt + 1, error)
    return false
  }
}

type Prepared =
  | { kind: 'skipped' }
  | { kind: 'evaluated'; evaluated: Evaluated }
  | { kind: 'call'; flowId: string; input: JsonText }
  | { kind: 'action'; input: JsonText; isNew: boolean }
  | { kind: 'code'; input: JsonText }

function prepare(run: OwnedRun, node: NodeState, scope: ExpressionScope): Prepared {
  const { step } = node
  const { limits } = run.host.ports
  if (!node.decided && step.runIf !== undefined && !evaluateCondition(step.runIf, scope)) return { kind: 'skipped' }
  switch (step.runs) {
    case 'engine': {
      if (step.type === 'callFlow') {
        const input = sliceJson(renderInput(step, scope, { size: limits.expressionBytes }), ['input']) ?? 'null'
        const { flowId } = step.params
        return {
          kind: 'call',
          flowId: typeof flowId === 'string' ? flowId : '',
          input: withinLimit(step, input, limits.outputBytes),
        }
      }
      const size = { size: limits.expressionBytes }
      const evaluated = evaluateStep(step, scope, webCallerOf(run, scope.now), size, limits.items, run.host.time.now())
      if (evaluated.kind === 'asking') refuseUnknown(run, evaluated.question)
      if (evaluated.kind === 'finished') withinLimit(step, evaluated.payload ?? evaluated.output, limits.outputBytes)
      return { kind: 'evaluated', evaluated }
    }
    case 'action': {
      const known = run.inputs.get(node.path)
      return {
        kind: 'action',
        input: known ?? renderInput(step, scope, { size: limits.expressionBytes }),
        isNew: known === undefined,
      }
    }
    case 'code':
      return { kind: 'code', input: renderInput(step, scope, { size: limits.expressionBytes }) }
  }
}

function refuseUnknown(run: OwnedRun, { approvers = [] }: Question): void {
  const unknown = approvers.find((name) => isMemberId(name) && run.members.get(name) === null)
  if (unknown !== undefined)
    throw new AppError('invalid_input', `There is no member "${unknown}" who could decide. Choose somebody else.`)
}

function finishDisabled(run: OwnedRun, { path, step }: NodeState, attempt: number): void {
  const [wired] = run.index.lines(step.id).keys()
  const isList = step.type === 'forEach'
  finishStep(run, { path, attempt, end: { handles: [wired ?? 'out'] }, output: isList ? '[]' : 'null' })
}

function takeEvaluated(run: OwnedRun, path: string, attempt: number, evaluated: Evaluated): void {
  if (evaluated.kind === 'looping') {
    if (evaluated.items) run.items.set(path, evaluated.items)
    const loop = evaluated.items ? { total: evaluated.items.length } : {}
    append(run, { kind: 'step.started', path, attempt, data: { loop } }, evaluated.payload ?? null)
    return
  }
  if (evaluated.kind === 'finished') {
    const reply = evaluated.end?.reply
    finishStep(run, { path, attempt, end: evaluated.end, output: evaluated.output, payload: evaluated.payload })
    if (reply) tellCaller(run, { ...reply, body: evaluated.payload ?? null })
    return
  }
  if (evaluated.kind === 'asking') return ask(run, path, attempt, evaluated)
  const { wait } = evaluated
  append(run, { kind: 'step.waiting', path, attempt, data: wait })
  if (wait.kind === 'call') {
    openWait(run, path, { kind: 'call', dueAt: wait.expiresAt })
    const early = run.arrivals.get(path)
    if (early) settleWait(run, path, early.kind === 'deadline' ? 'deadline' : 'call', early.body)
  } else if (wait.kind === 'event') {
    openEventWait(run, path, wait)
  } else if (wait.until - run.host.time.now() > longestHeldPauseMs) {
    openWait(run, path, { kind: 'delay', dueAt: wait.until })
  }
}

/** The caller hears of it only once it is committed. */
function tellCaller(run: OwnedRun, reply: { status: number; headers: { [name: string]: string }; body: JsonText | null }): void {
  run.host.committer.durable(run).then(
    () => {
      run.hasAnswered = true
      run.host.answered(run, { kind: 'respond', ...reply })
    },
    () => undefined, // A lost run's answer comes from whoever has it now.
  )
}

/** Sees one attempt through that ends later: by its own result, or because the run is no longer ours. */
async function carryOut(run: OwnedRun, path: string, act: (begun: Attempt) => Promise<JsonText>): Promise<void> {
  const node = getNode(run.state, path)
  const { attempt, step } = node
  const controller = new AbortController()
  run.attempts.set(path, controller)
  run.host.countAttempt()
  const lines: LoggedLine[] = []
  const metrics: Metric[] = []
  const place = { id: run.runId, flowId: run.facts.flowId, workspaceId: run.workspaceId, nodeId: step.id, path }
  const begun: Attempt = {
    step,
    run: place,
    settings: run.index.plan.settings,
    attempt: attempt - node.uncounted,
    idempotencyKey: idempotencyKeyOf(run.runId, path, node.tryNumber),
    signal: controller.signal,
    lines,
    metrics,
    secrets: secretsOf(run.host.ports, place, lines),
    files: filesOf(run.host.ports.files, place, run.host.ports.limits.fileBytes),
    sent: 0,
  }
  const result = await act(begun).then(
    (output) => ({ output }),
    (error: unknown) => ({ error }),
  )
  run.calls.get(path)?.close()
  if (run.isOver || run.attempts.get(path) !== controller) return
  if ('error' in result && result.error instanceof LostRun) return
  try {
    run.attempts.delete(path)
    if ('error' in result && result.error instanceof CodeSuspended) suspend(run, node, result.error, begun)
    else if ('output' in result) finishStep(run, { path, attempt, output: result.output, lines, metrics })
    else failStep(run, path, attempt, result.error, lines, metrics, begun.sent > 0)
    if (node.status !== 'retrying' && !node.calls?.isSuspended) forgetResults(run, node)
    // What happened outside is to be known for good at once; pure results ride with the next write.
    if (step.effect) run.host.committer.flushSoon()
    run.goOn()
  } catch (error) {
    run.onRefused(run.host.committer.writesOf(run), error)
  }
}

async function doAction(run: OwnedRun, begun: Attempt, input: JsonText): Promise<JsonText> {
  await beforeEffect(run)
  const output = await attemptAction(run.host.ports, begun, input)
  failpoint('step.after-effect')
  return output
}

/** The code only waits: nothing of it stays, and its lines so far are written. */
function suspend(run: OwnedRun, node: NodeState, { delivered }: CodeSuspended, pending: Pending): void {
  giveSlotBack(run, node.path)
  const { code, mark } = takeLines(pending, undefined)
  const data = { delivered, ...(mark ? { lines: mark } : {}) }
  const event = append(run, { kind: 'step.suspended', path: node.path, attempt: node.attempt, data })
  keepLogs(run, event, node, code)
  // What is not committed by then can't be read again.
  const forget = () => {
    if (isSuspended(node)) forgetResults(run, node, event.seq)
  }
  run.host.committer.durable(run).then(forget, () => undefined)
}

/** Results of what code asked for are held while it is under way, and read again when it goes on. */
function forgetResults(run: OwnedRun, { calls }: NodeState, upTo = Infinity): void {
  for (const { endSeq } of calls?.byPath.values() ?? []) if (endSeq !== undefined && endSeq <= upTo) run.collected.delete(endSeq)
}

async function doCode(run: OwnedRun, begun: Attempt, scope: ExpressionScope, input: JsonText): Promise<JsonText> {
  const { step } = begun
  const bundle = run.index.code.get(step.id)
  if (!bundle) throw new Error(`The plan has no code for step "${step.id}"`)
  return attemptCode(run.host.ports, begun, {
    bundle,
    calls: createRunCalls(run, getNode(run.state, begun.run.path), bundle.usesStep === true, begun),
    data: codeData(run, begun, scope, input),
    beforeEffect: () => beforeEffect(run),
  })
}

function codeData(run: OwnedRun, begun: Attempt, scope: ExpressionScope, input: JsonText) {
  const steps: { [id: string]: JsonText } = {}
  for (const id of begun.step.reads) {
    const output = scope.step(id)
    if (output !== undefined) steps[id] = output
  }
  const { id, flowId, version, startedAt } = scope.run
  const item = scope.root('item')
  const index = scope.root('index')
  return {
    ...(item === undefined ? {} : { item }),
    ...(index === undefined ? {} : { index: Number(index) }),
    trigger: run.trigger ?? 'null',
    steps,
    input: sliceJson(input, ['inputs']) ?? '{}',
    vars: run.vars ?? '{}',
    run: JSON.stringify({ id, flowId, version, startedAt, idempotencyKey: begun.idempotencyKey }),
  }
}
