import { outcomeFromFile } from './recorded-file.ts'
import { isAppError } from '#shared/errors.ts'
import { beforeEffect } from '../run/before-effect.ts'
import { newChildId } from '../sub-flows/call-flow.ts'
import { openEventWaitOfCode } from '../events/offer-events.ts'
import { idempotencyKeyOf } from '../state/idempotency-key.ts'
import { keepLogs } from '../run/keep-logs.ts'
import { keepMetrics } from '../run/keep-metrics.ts'
import { append, isHalting, openWait, type OwnedRun } from '../run/owned-run.ts'
import { longestHeldPauseMs } from '../state/retry.ts'
import type { NodeState } from '../state/run-state.ts'
import { callUrlParts } from '../waits/wait-token.ts'
import { settleChildrenOfCode } from './call-flow-for-code.ts'
import { callDueAt } from './call-log.ts'
import type { CallsHost } from './calls-host.ts'
import { takeAnswer, wantsOffers } from './offer-to-code.ts'
import { createLiveCalls, type LiveCalls } from './live-calls.ts'
import { type Pending, takeLines, takeMetrics } from './pending.ts'
import { endOnceFor, performCall } from './perform-call.ts'
import { settleByArrival } from './settle-by-arrival.ts'
import { waitFrom } from './wait-from.ts'

/** Lets the code of a step of this run do durable work. */
export function createRunCalls(run: OwnedRun, node: NodeState, comparesOptions: boolean, pending: Pending): LiveCalls {
  const { host } = run
  const { calls: log, path, step } = node
  if (!log) throw new Error(`The code of "${path}" has not begun`)
  const timers = new Set<() => void>()
  let hasTouched = false

  const touch = async () => {
    await beforeEffect(run)
    hasTouched = true
  }

  const callsHost: CallsHost = {
    path,
    stepId: step.id,
    log,
    results: run.collected,
    comparesOptions,
    facts() {
      const urls = callUrlParts(host.signingKeys, host, run.runId, path)
      return { startedAtMs: log.startedAt, seed: log.seed ?? `${run.runId}:${path}`, urls }
    },
    now: () => host.time.now(),
    random: () => host.random(),
    keyOf: (of) => idempotencyKeyOf(run.runId, of, node.tryNumber),
    append: (fact, payload) => void append(run, fact, payload),
    end(call, outcome) {
      const { own, code, mark } = takeLines(pending, call.asked.number)
      const counted = takeMetrics(pending, call.asked.number)
      const { attempt } = call
      const lines = mark ? { lines: mark } : {}
      const event =
        'result' in outcome
          ? append(run, { kind: 'step.finished', path: call.path, attempt, ...(mark ? { data: lines } : {}) }, outcome.result)
          : append(run, {
              kind: 'step.failed',
              path: call.path,
              attempt,
              data: { ...outcome, error: pending.secrets.stepError(outcome.error), ...lines },
            })
      if ('result' in outcome) run.collected.set(event.seq, outcome.result)
      keepLogs(run, event, call, own)
      keepLogs(run, event, node, code, own.length)
      // What an attempt counted that is made again is counted by the next one.
      if (call.status !== 'retrying') keepMetrics(run, event, call.path, counted)
      if (call.status === 'retrying') showWait(run, call.path, call.asked.name, 'retry', callDueAt(call))
      // What happened outside is to be known for good at once; what was only computed rides with the next write.
      if (hasTouched) host.committer.flushSoon()
      hasTouched = false
    },
    waitOf: (request) => waitFrom(request, host.time.now()),
    opened(call) {
      if (call.wait?.kind === 'event') openEventWaitOfCode(run, call.path, call.wait)
      else if (call.wait?.kind === 'child')
        openWait(run, call.path, { kind: 'child', dueAt: null, child: call.wait.runId }, call.asked.name)
      else if (call.wait) showWait(run, call.path, call.asked.name, call.wait.kind, callDueAt(call))
    },
    watch(call) {
      if (call.wait?.kind === 'child' && !isHalting(run.state)) settleChildrenOfCode(run)
      if (call.wait?.kind === 'event') wantsOffers(run)
      const early = run.arrivals.get(call.path)
      if (early && !isHalting(run.state)) settleByArrival(run, node, call, early)
      else run.goOn()
    },
    isMatching: () => [...log.open].some((call) => run.asking.has(call.path)),
    matched: (call, found) => takeAnswer(run, call, found),
    decisionOf({ kind }, call) {
      if (kind === 'run' || kind === 'secrets.get' || kind === 'files.read') return {}
      return kind === 'callFlow' ? { effect: true, child: call?.child ?? newChildId(run) } : { effect: true }
    },
    perform: (call, request, signal) =>
      performCall({ run, node, call, request, touch, signal, secrets: pending.secrets, files: pending.files }),
    openFile: (id) => outcomeFromFile(pending.files, id),
    openSecret: async (name) => JSON.stringify(await pending.secrets.handOver(name)),
    endOnce: (call, request, outcome) => endOnceFor({ run, node, call, request }, outcome),
    isAnswer: isAppError,
    later(at, act) {
      const cancel = host.timers.at(at, () => {
        timers.delete(cancel)
        act()
      })
      timers.add(cancel)
    },
    isStopping: () => run.isDraining || isHalting(run.state),
    closed() {
      for (const call of log.byPath.values()) run.asking.delete(call.path)
      for (const cancel of timers) cancel()
      if (run.calls.get(path) === live) run.calls.delete(path)
    },
  }
  const live = createLiveCalls(callsHost)
  run.calls.set(path, live)
  return live
}

/** A short pause is nothing to tell of. */
function showWait(run: OwnedRun, path: string, name: string, kind: string, dueAt: number | null): void {
  if (dueAt !== null && dueAt - run.host.time.now() <= longestHeldPauseMs && (kind === 'delay' || kind === 'retry')) return
  openWait(run, path, { kind, dueAt }, name)
}
