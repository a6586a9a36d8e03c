import type { RunError, RunStep, StepAttempt } from '#shared/run.ts'
import { askingStep } from '../calls/call-path.ts'
import { findCall } from '../keep/code-state.ts'
import { instant } from '../db/run-row.ts'
import type { JournalEvent, StepWait } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { getNode, initialState, type RunState, stepIdIn } from '../state/run-state.ts'
import { apply } from '../state/state.ts'

/** A step as people see it, without its data. */
export type StepView = Omit<RunStep, 'input' | 'output'>

/** The steps of a run as its journal tells them, in the order in which they began; those passed over come last. */
export interface StepsView {
  state: RunState
  steps: Map<string, StepView>
  /** What code waited for. */
  waits: Map<string, StepWait>
  /** Adds what happened next; gives the steps that look different now. */
  add(event: JournalEvent): StepView[]
}

export function createStepsView(index: PlanIndex): StepsView {
  const state = initialState(index)
  const steps = new Map<string, StepView>()
  const waits = new Map<string, StepWait>()

  function viewOf(path: string): StepView {
    const known = steps.get(path)
    if (known) return known
    const call = findCall(state, path)?.call
    const view: StepView = {
      path,
      nodeId: stepIdIn(path),
      ...(call ? { call: call.asked.kind } : {}),
      status: 'running',
      attempt: 0,
      attempts: [],
      error: null,
      handle: null,
      startedAt: null,
      finishedAt: null,
    }
    steps.set(path, view)
    return view
  }

  /** What code asked for is a step like any other, but that it leads nowhere. */
  function showAsked(event: JournalEvent & { path: string; attempt: number }): StepView {
    const view = viewOf(event.path)
    switch (event.kind) {
      case 'step.started':
        begin(view, event.attempt, event.at)
        if (event.data?.child !== undefined) view.childRunId = event.data.child
        view.status = 'running'
        break
      case 'step.waiting':
        beginWaiting(view, event)
        waits.set(event.path, event.data)
        break
      case 'step.copied':
        end(view, event, undefined, 'succeeded', null)
        view.status = 'succeeded'
        view.handle = event.data.handle ?? 'out'
        break
      case 'step.finished':
        end(view, event, undefined, 'succeeded', null)
        view.status = 'succeeded'
        view.error = null
        view.handle = event.data?.handles?.[0] ?? 'out'
        break
      case 'step.kept':
        if (view.status !== 'succeeded') end(view, event, event.at, 'succeeded', null)
        view.status = 'succeeded'
        view.error = null
        break
      case 'step.failed':
        end(view, event, undefined, 'failed', event.data.error)
        view.status = event.data.retryAt === null ? 'failed' : 'retrying'
        view.error = event.data.error
        if (event.data.retryAt !== null) view.finishedAt = null
        break
      default:
        break
    }
    return view
  }

  /** What was under way in code goes with it. */
  function showLost(event: JournalEvent & { path: string }): StepView[] {
    const open = event.kind === 'step.lost' ? [...(getNode(state, event.path).calls?.open ?? [])] : []
    return open
      .filter((call) => call.status === 'asked')
      .map((call) => {
        const view = viewOf(call.path)
        const last = view.attempts.at(-1)
        if (last?.outcome === 'running') Object.assign(last, { outcome: 'lost', finishedAt: instant(event.at) })
        view.status = 'retrying'
        return view
      })
  }

  function show(event: JournalEvent & { path: string; attempt: number }): StepView {
    const view = viewOf(event.path)
    const node = getNode(state, event.path)
    switch (event.kind) {
      case 'step.started':
        begin(view, event.attempt, event.at)
        view.status = 'running'
        if (event.data?.child !== undefined) view.childRunId = event.data.child
        break
      case 'step.waiting':
        beginWaiting(view, event)
        break
      case 'step.finished':
        end(view, event, event.data?.startedAt, 'succeeded', null)
        view.status = node.status === 'failed' ? 'failed' : 'succeeded'
        view.error = node.error && node.status === 'failed' ? node.error : null
        view.handle = node.handles[0] ?? null
        break
      case 'step.failed':
        end(view, event, event.data.startedAt, 'failed', event.data.error)
        view.status = event.data.retryAt !== null ? 'retrying' : node.status === 'waiting' ? 'waiting' : 'failed'
        view.error = event.data.error
        view.handle = node.handles[0] ?? null
        if (event.data.retryAt !== null) view.finishedAt = null
        break
      case 'step.lost':
        end(view, event, undefined, 'lost', null)
        view.status = node.status === 'waiting' ? 'waiting' : 'retrying'
        view.finishedAt = null
        break
      case 'step.suspended':
        view.status = 'waiting'
        break
      case 'step.resumed':
        view.status = 'running'
        break
      case 'step.skipped':
        view.status = 'skipped'
        break
      case 'step.looked':
        view.status = node.status === 'waiting' ? 'waiting' : 'running'
        break
      case 'step.resolved':
        view.finishedAt = event.data.action === 'retry' ? null : instant(event.at)
        view.status = event.data.action === 'retry' ? 'retrying' : event.data.action === 'skip' ? 'skipped' : 'succeeded'
        if (event.data.action !== 'retry') view.error = null
        view.handle = node.handles[0] ?? null
        break
      default:
        break
    }
    return view
  }

  /** Steps the event ended without naming them. */
  function showPassed(event: JournalEvent): StepView[] {
    const cancelled = state.cancelled.splice(0).map((path) => {
      const view = viewOf(path)
      const last = view.attempts.at(-1)
      if (last?.outcome === 'running') Object.assign(last, { outcome: 'cancelled', finishedAt: instant(event.at) })
      view.status = 'cancelled'
      view.finishedAt = instant(event.at)
      return view
    })
    const passed = state.passedOver.splice(0).map((path) => {
      const view = viewOf(path)
      view.status = getNode(state, path).status === 'cancelled' ? 'cancelled' : 'skipped'
      return view
    })
    return [...cancelled, ...passed]
  }

  return {
    state,
    steps,
    waits,
    add(event) {
      apply(state, event)
      if (!('path' in event)) return showPassed(event)
      const named = askingStep(event.path) === undefined ? show(event) : showAsked(event)
      return [...new Set([named, ...showLost(event), ...showPassed(event)])]
    },
  }
}

function begin(view: StepView, attempt: number, at: number): StepAttempt {
  const begun: StepAttempt = { attempt, startedAt: instant(at), finishedAt: null, outcome: 'running', error: null }
  view.attempts.push(begun)
  view.attempt = attempt
  view.startedAt ??= instant(at)
  view.finishedAt = null
  return begun
}

/** What it waits for may have been started by this very attempt. */
function beginWaiting(view: StepView, { attempt, at, data }: JournalEvent & { kind: 'step.waiting' }): void {
  if (view.attempts.at(-1)?.attempt !== attempt) begin(view, attempt, at)
  view.status = 'waiting'
  if (data.kind === 'child') view.childRunId = data.runId
}

/** Steps of the engine's own have no event for their beginning: they began when they ended, or when it says. */
function end(
  view: StepView,
  event: JournalEvent & { attempt: number },
  startedAt: number | undefined,
  outcome: StepAttempt['outcome'],
  error: RunError | null,
): void {
  const open = view.attempts.find((one) => one.attempt === event.attempt)
  const ended = open ?? begin(view, event.attempt, startedAt ?? event.at)
  ended.outcome = outcome
  ended.error = error
  ended.finishedAt = instant(event.at)
  view.finishedAt = instant(event.at)
}
