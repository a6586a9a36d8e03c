import { decisionAt, unanswered } from '../approvals/unanswered.ts'
import { type StepError, stepErrorFrom } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import type { LoggedLine } from './attempt.ts'
import type { JournalEvent, StepEnd, StepLoss } from '../state/journal.ts'
import { keepLogs } from './keep-logs.ts'
import { keepMetrics } from './keep-metrics.ts'
import type { Metric } from '../keep/metric.ts'
import { append, closeQuestion, closeWait, openWait, type OwnedRun } from './owned-run.ts'
import { retryDelayMs } from '../state/retry.ts'
import { giveSlotBack } from '../slots/step-slot.ts'
import { getNode, type NodeState } from '../state/run-state.ts'
import { errorOutput } from '../state/step-output.ts'

export interface StepResult {
  path: string
  attempt: number
  end?: StepEnd | undefined
  output: JsonText
  /** What is stored, when it is not the output. */
  payload?: JsonText | null | undefined
  lines?: readonly LoggedLine[]
  metrics?: readonly Metric[]
}

/** Records that a step succeeded. */
export function finishStep(run: OwnedRun, { path, attempt, end, output, payload, lines, metrics }: StepResult): void {
  run.outputs.set(path, output)
  run.inputs.delete(path)
  giveSlotBack(run, path)
  const data = endWorthKeeping(end)
  const event = append(
    run,
    { kind: 'step.finished', path, attempt, ...(data === undefined ? {} : { data }) },
    payload === undefined ? output : payload,
  )
  if (lines) keepLogs(run, event, { path, attempt }, lines)
  if (metrics) keepMetrics(run, event, path, metrics)
}

/** Leaving by `out` is what is read from nothing. */
function endWorthKeeping(end: StepEnd | undefined): StepEnd | undefined {
  if (!end) return undefined
  const { handles, ...rest } = end
  const kept = handles?.length === 1 && handles[0] === 'out' ? rest : end
  return Object.keys(kept).length > 0 ? kept : undefined
}

/** Records that an attempt failed, and when the next one is due if there is to be one. */
export function failStep(
  run: OwnedRun,
  path: string,
  attempt: number,
  thrown: unknown,
  lines: readonly LoggedLine[] = [],
  metrics: readonly Metric[] = [],
  hasSent = false,
): void {
  const { time, random, log } = run.host
  const node = getNode(run.state, path)
  const error = stepErrorFrom(thrown, { nodeId: node.step.id, path, attempt })
  if (error.code === 'internal') log.error({ runId: run.runId, path, err: thrown }, 'A step ended with an unexpected error')
  // What must not happen twice is tried again only if nothing can have happened.
  if (hasSent && node.step.delivery === 'atMostOnce') error.retryable = false
  const delayMs = retryDelayMs(node.step.retry, attempt - node.uncounted, error, random())
  const event = recordFailure(run, path, attempt, error, delayMs === undefined ? null : time.now() + Math.ceil(delayMs), lines)
  // What an attempt counted that is made again is counted by the next one.
  if (delayMs === undefined) keepMetrics(run, event, path, metrics)
}

/** Records a failure that no further attempt follows. */
export function failForGood(run: OwnedRun, path: string, attempt: number, thrown: unknown): void {
  const { step } = getNode(run.state, path)
  recordFailure(run, path, attempt, { ...stepErrorFrom(thrown, { nodeId: step.id, path, attempt }), retryable: false }, null, [])
}

/** Records that an attempt ended with its worker. One that must not act twice waits for a person from now on. */
export function loseAttempt(run: OwnedRun, path: string, how: StepLoss): void {
  append(run, { kind: 'step.lost', path, attempt: getNode(run.state, path).attempt, data: how })
  if (getNode(run.state, path).wait?.kind !== 'inDoubt') return
  giveSlotBack(run, path)
  openWait(run, path, { kind: 'inDoubt', dueAt: null })
}

function recordFailure(
  run: OwnedRun,
  path: string,
  attempt: number,
  error: StepError,
  retryAt: number | null,
  lines: readonly LoggedLine[],
): JournalEvent {
  giveSlotBack(run, path)
  const event = append(run, { kind: 'step.failed', path, attempt, data: { error, retryAt } })
  const node = getNode(run.state, path)
  if (node.status === 'succeeded') run.outputs.set(path, errorOutput(node))
  // It waits for a person itself, or a loop does that it is in.
  for (let at: NodeState | undefined = node; at; at = at.scope.loop) {
    if (at.wait?.kind === 'attention') openWait(run, at.path, { kind: 'attention', dueAt: null })
  }
  keepLogs(run, event, { path, attempt }, lines)
  return event
}

/** Ends a wait by one of its exits; a deadline nobody drew a line for fails the step. */
export function settleWait(
  run: OwnedRun,
  path: string,
  how: 'delay' | 'call' | 'event' | 'decision' | 'deadline',
  body: JsonText | null,
): void {
  const { wait, attempt, step } = getNode(run.state, path)
  if (!wait) return
  if (wait.kind === 'approval' && how === 'deadline') closeQuestion(run, path, 'timeout')
  closeWait(run, path)
  if (how === 'delay') {
    finishStep(run, { path, attempt, output: JSON.stringify({ resumedAt: new Date(run.host.time.now()).toISOString() }) })
  } else if (how === 'call' || how === 'event') {
    finishStep(run, { path, attempt, end: { handles: ['received'] }, output: body ?? 'null' })
  } else if (how === 'decision') {
    const decision = body === null ? undefined : sliceJson(body, ['decision'])
    finishStep(run, {
      path,
      attempt,
      end: { handles: [decision === '"approved"' ? 'approved' : 'rejected'] },
      output: body ?? 'null',
    })
  } else if (wait.kind === 'approval' && (wait.onTimeout !== 'route' || run.index.lines(step.id).has('timeout'))) {
    const decision = decisionAt(wait)
    finishStep(run, {
      path,
      attempt,
      end: { handles: [decision] },
      output: unanswered(decision, run.host.time.now(), wait.fields),
    })
  } else if (run.index.lines(step.id).has('timeout')) {
    finishStep(run, { path, attempt, end: { handles: ['timeout'] }, output: 'null' })
  } else {
    const message = `Nothing arrived in time for step "${step.name}". Draw a line from its timeout exit to go on without.`
    recordFailure(
      run,
      path,
      attempt,
      { code: 'wait_timed_out', message, nodeId: step.id, path, attempt, retryable: false },
      null,
      [],
    )
  }
}
