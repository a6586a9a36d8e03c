import { randomBytes } from 'node:crypto'
import { AppError, stepErrorFrom } from '#shared/errors.ts'
import { evaluateCondition } from '#shared/expression/template.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import { fillIn } from '#shared/form-field.ts'
import { idFrom } from '#shared/ids.ts'
import type { JsonText } from '#shared/json.ts'
import { type LoopRoots, withRoots } from '#shared/loop-sample.ts'
import { sliceJson } from '#shared/json-text.ts'
import type { PlanStep } from '#shared/plan.ts'
import { filesOf } from './attempt-files.ts'
import { type Attempt, attemptAction, attemptCode, type AttemptPorts, type LoggedLine, secretsOf } from './attempt.ts'
import { createTrialCalls, type Trial } from '../calls/trial-calls.ts'
import { instant } from '../db/run-row.ts'
import type { StepTestCall, StepTestResult } from '../engine-api.ts'
import { evaluateStep, renderInput, type WaitOfStep } from './evaluate-step.ts'
import { fetchWithin } from './fetch-within.ts'
import { expressionRun } from './scope.ts'
import { type CallTester, testCall } from './test-call.ts'

export interface StepTester {
  ports: AttemptPorts
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
  /** Absent where no other flow can be called. */
  call?: CallTester
  answerOf?: Trial['answerOf']
  findVars(workspaceId: string): Promise<JsonText>
}

/** Runs one step on given data, as a run would: the same limits, one attempt, nothing recorded. */
export async function testStep(tester: StepTester, test: StepTestCall): Promise<StepTestResult> {
  const { ports, call: _call, answerOf: _answerOf, findVars, ...signing } = tester
  const { compiled, stepId } = test
  const step = compiled.plan.steps.find((one) => one.id === stepId)
  if (!step) throw new AppError('not_found', `The flow has no step "${stepId}".`)
  const runId = idFrom('run', Date.now(), randomBytes(10))
  const now = ports.now()
  const vars = await findVars(test.workspaceId)
  const scope = withRoots(
    {
      root: (name) => (name === 'trigger' ? test.trigger : name === 'vars' ? vars : undefined),
      step: (id) => test.steps[id],
      run: expressionRun({ runId, flowId: test.flowId, version: 'draft', startedAt: now, ...signing }),
      now,
    },
    test.round ?? {},
  )
  const place = { id: runId, flowId: test.flowId, workspaceId: test.workspaceId, nodeId: stepId, path: stepId }
  const lines: LoggedLine[] = []
  const attempt: Attempt = {
    step,
    run: place,
    settings: compiled.plan.settings,
    attempt: 1,
    idempotencyKey: `${runId}:${stepId}`,
    signal: test.signal,
    lines,
    secrets: secretsOf(ports, place, lines),
    files: filesOf(ports.files, place, ports.limits.fileBytes),
    sent: 0,
    metrics: [],
  }
  const begun = performance.now()
  const result = await tryOnce(tester, attempt, test, scope).then(
    (output) => ({ status: 'succeeded' as const, output, error: null }),
    (error: unknown) => ({
      status: 'failed' as const,
      output: 'null',
      error: stepErrorFrom(error, { nodeId: stepId, path: stepId, attempt: 1 }),
    }),
  )
  return {
    ...result,
    logs: attempt.lines.map(({ at, level, message, data, line }) => ({
      path: stepId,
      attempt: 1,
      at: instant(at),
      level,
      message,
      ...(data === undefined ? {} : { data }),
      ...(line === undefined ? {} : { line }),
    })),
    durationMs: Math.round(performance.now() - begun),
  }
}

async function tryOnce(
  { ports, call, answerOf, signingKeys, hooksUrl }: StepTester,
  attempt: Attempt,
  test: StepTestCall,
  scope: ExpressionScope,
): Promise<JsonText> {
  const { step } = attempt
  const limits = { size: ports.limits.expressionBytes }
  if (step.disabled) return 'null'
  if (step.runIf !== undefined && !evaluateCondition(step.runIf, scope)) return 'null'
  switch (step.runs) {
    case 'engine': {
      if (step.type === 'callFlow') {
        if (!call) throw new AppError('invalid_input', `Step "${step.name}" calls another flow, which is not there to be called.`)
        return testCall(call, test, step, sliceJson(renderInput(step, scope, limits), ['input']) ?? 'null')
      }
      const evaluated = evaluateStep(step, scope, 'waiting', limits)
      switch (evaluated.kind) {
        case 'finished':
          return evaluated.output
        case 'looping':
          // A test goes round nowhere: it shows what a run would go through.
          return evaluated.payload ?? 'null'
        case 'asking':
          return JSON.stringify({
            decision: 'approved',
            by: null,
            at: instant(scope.now),
            comment: null,
            fields: fillIn(evaluated.question.fields, {}).values,
          })
        case 'waiting':
          return waitPreview(evaluated.wait)
      }
    }
    case 'action':
      return attemptAction(ports, attempt, renderInput(step, scope, limits))
    case 'code': {
      const bundle = test.compiled.code[step.id]
      if (!bundle)
        throw new AppError('code_syntax', `Step "${step.name}" has no code that can run. Fix what the editor marks in it.`)
      const { id, flowId, version, startedAt } = scope.run
      return attemptCode(ports, attempt, {
        bundle,
        data: {
          trigger: test.trigger,
          steps: readable(step, test.steps),
          input: sliceJson(renderInput(step, scope, limits), ['inputs']) ?? '{}',
          vars: scope.root('vars') ?? '{}',
          run: JSON.stringify({ id, flowId, version, startedAt, idempotencyKey: attempt.idempotencyKey }),
          ...roundData(test.round ?? {}),
        },
        beforeEffect: () => Promise.resolve(),
        tellsLines: true,
        calls: createTrialCalls({
          runId: attempt.run.id,
          path: step.id,
          comparesOptions: bundle.usesStep === true,
          fetch: fetchWithin(ports, test.workspaceId, test.compiled.plan.settings),
          now: ports.now,
          answerOf,
          secrets: attempt.secrets,
          files: attempt.files,
          signingKeys,
          hooksUrl,
        }),
      })
    }
  }
}

/** What code has of the round it runs in. */
function roundData({ item, index }: LoopRoots): { item?: JsonText; index?: number } {
  return { ...(item === undefined ? {} : { item }), ...(index === undefined ? {} : { index: Number(index) }) }
}

function readable(step: PlanStep, steps: { [id: string]: JsonText }): { [id: string]: JsonText } {
  return Object.fromEntries(step.reads.flatMap((id) => (steps[id] === undefined ? [] : [[id, steps[id]]])))
}

/** A test does not wait: it says until when a run would. */
function waitPreview(wait: WaitOfStep): JsonText {
  switch (wait.kind) {
    case 'delay':
      return JSON.stringify({ resumedAt: instant(wait.until) })
    case 'call':
      return JSON.stringify({ method: 'POST', headers: {}, query: {}, body: null })
    case 'event':
      return 'null'
  }
}
