import { AppError, stepErrorFrom } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { CallOutcome, CodeCalls, CodeControl, CodeRequest } from '../ports.ts'
import { longestHeldPauseMs, retryDelayMs } from '../state/retry.ts'
import { isNamed, isReadAnew } from './call-asked.ts'
import { type CallState, getCall } from './call-log.ts'
import { callPath } from './call-path.ts'
import type { CallsHost, Performed } from './calls-host.ts'
import { findDifference, missingRequest } from './non-determinism.ts'
import { fileIdIn } from './recorded-file.ts'
import { secretNameIn } from './recorded-secret.ts'
import { outcomeFromReply } from './recorded-reply.ts'
import { runOptionsFrom } from './run-options.ts'
import { CodeSuspended } from './suspended.ts'

/** What one step's code may have under way at once; more waits for its turn. */
const mostUnderWay = 50

/** The durable work of a code step that is being carried out right now. */
export interface LiveCalls extends CodeCalls {
  /** Something it waits for has ended: the code is told. */
  settled(): void
  /** Asks the code whether an event is the one it waits for; gives false while it has not come to that wait. */
  match(call: CallState, event: JsonText): boolean
}

/** An attempt under way: in the code, or out here. */
interface Work {
  isInCode: boolean
  timer?: NodeJS.Timeout
}

/**
 * Answers what code asks for. Everything it learns goes to the journal first, and to the code from there, one result
 * after the other in the order of the journal: so a replay, which knows nothing but the journal, sees the same.
 */
export function createLiveCalls(host: CallsHost): LiveCalls {
  const { log } = host
  let control: CodeControl | undefined
  /** How many requests the code has made since it began, and how many results it was given. */
  let asked = 0
  let delivered = 0
  /** What results stand for and don't hold: values of secrets, and bytes of files until they are handed in. */
  const opened = new Map<string, CallOutcome>()
  let isOpening = false
  const requests = new Map<string, CodeRequest>()
  const underWay = new Map<string, Work>()
  const queue: CallState[] = []
  /** The code does nothing until it is told something. */
  let isIdle = false
  const over = new AbortController()

  /** Says something to the code, which may give it something to do. */
  function tell(say: (to: CodeControl) => void): void {
    isIdle = false
    if (control) say(control)
  }

  function end(reason: unknown): void {
    control?.end(reason)
  }

  /** An error of ours is not the code's, nor its runner's: it ends the attempt as what it is. */
  function guarded<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      if (over.signal.aborted) return
      try {
        act(...args)
      } catch (error) {
        end(error)
      }
    }
  }

  function ask(request: CodeRequest): void {
    isIdle = false
    asked = request.number
    const path = callPath(host.path, request.name, request.times)
    requests.set(path, request)
    const known = log.requests[request.number - 1]
    if (known === undefined) return begin(request, path)
    const difference = findDifference(known.asked, request, host.comparesOptions)
    if (difference) return end(difference)
    switch (known.status) {
      case 'succeeded':
      case 'failed':
        return deliver()
      case 'asked':
      case 'running':
        return startAttempt(known)
      case 'retrying':
        return pause(known)
      case 'waiting':
        return host.watch(known)
      case 'cancelled':
        return end(new Error(`"${path}" was cancelled and is asked for`))
    }
  }

  function begin(request: CodeRequest, path: string): void {
    const { number, kind, name, times, hash } = request
    const call = { number, kind, name, hash, ...(times > 1 ? { times } : {}) }
    const before = log.byPath.get(path)
    if (before && isKept(before, request)) {
      host.append({ kind: 'step.kept', path, attempt: before.attempt, data: { call, seq: before.endSeq ?? 0 } })
      return deliver()
    }
    const attempt = (before?.attempt ?? 0) + 1
    const wait = host.waitOf(request, path)
    if (wait) {
      host.append({ kind: 'step.waiting', path, attempt, data: { ...wait, call } })
      const waiting = getCall(log, path)
      if (wait.kind === 'delay' && wait.until <= host.now()) return finish(waiting, 'null')
      host.opened(waiting)
      return host.watch(waiting)
    }
    host.append({ kind: 'step.started', path, attempt, data: { ...host.decisionOf(request, undefined), call } })
    carryOut(getCall(log, path))
  }

  function startAttempt(call: CallState): void {
    if (call.status === 'running') {
      // The runner was lost, and with it what the code was doing; what goes on out here goes on.
      const work = underWay.get(call.path)
      if (work === undefined) carryOut(call)
      else if (work.isInCode) runInCode(call)
      return
    }
    const request = requests.get(call.path)
    if (!request) return
    const decision = host.decisionOf(request, call)
    const data = Object.keys(decision).length > 0 ? { data: decision } : {}
    host.append({ kind: 'step.started', path: call.path, attempt: call.attempt + 1, ...data })
    carryOut(call)
  }

  function carryOut(call: CallState): void {
    if (underWay.size >= mostUnderWay) {
      queue.push(call)
      return
    }
    const request = requests.get(call.path)
    if (!request) return
    if (call.asked.kind === 'run') return runInCode(call)
    workOut(call, host.perform(call, request, over.signal))
  }

  /** Sees through what is done out here. What is no answer for the code, such as the loss of the run, ends the attempt. */
  function workOut(call: CallState, work: Promise<Performed>): void {
    underWay.set(call.path, { isInCode: false })
    work.then(
      guarded((performed) => {
        if ('isCodes' in performed) return runInCode(call)
        leave(call)
        if ('result' in performed) return finish(call, performed.result)
        host.append({ kind: 'step.waiting', path: call.path, attempt: call.attempt, data: performed.wait })
        if (performed.open) performed.open()
        else host.opened(call)
        host.watch(call)
        if (isIdle) rest()
      }),
      guarded((error: unknown) => {
        if (!host.isAnswer(error)) return end(error)
        leave(call)
        fail(call, error)
      }),
    )
  }

  function runInCode(call: CallState): void {
    const before = underWay.get(call.path)
    clearTimeout(before?.timer)
    const work: Work = { isInCode: true }
    underWay.set(call.path, work)
    const { number } = call.asked
    const context = {
      attempt: call.attempt - call.uncounted,
      idempotencyKey: host.keyOf(call.path),
      nowMs: host.now(),
    }
    tell((code) => code.carryOut(number, context))
    const { timeoutMs } = runOptionsFrom(requests.get(call.path)?.options ?? '{}')
    if (timeoutMs === undefined) return
    const stop = guarded(() => {
      const message = `"${call.asked.name}" took longer than ${timeoutMs} ms.`
      tell((code) => code.stop(number, message))
      leave(call)
      fail(call, new AppError('timeout', message))
    })
    work.timer = setTimeout(stop, timeoutMs)
  }

  function leave(call: CallState): void {
    clearTimeout(underWay.get(call.path)?.timer)
    underWay.delete(call.path)
    const next = queue.shift()
    if (next) carryOut(next)
  }

  function finish(call: CallState, result: JsonText): void {
    host.end(call, { result })
    deliver()
  }

  function fail(call: CallState, thrown: unknown): void {
    const error = stepErrorFrom(thrown, { nodeId: host.stepId, path: call.path, attempt: call.attempt })
    const request = requests.get(call.path)
    const policy =
      call.asked.kind === 'run'
        ? runOptionsFrom(request?.options ?? '{}').retry
        : { ...runOptionsFrom('{}').retry, maxAttempts: 1 }
    const delayMs = retryDelayMs(policy, call.attempt - call.uncounted, error, host.random())
    host.end(call, { error, retryAt: delayMs === undefined ? null : host.now() + Math.ceil(delayMs) })
    if (delayMs === undefined) deliver()
    else pause(call)
  }

  /** Waits for the next attempt, for as long as the code does not let go of everything. */
  function pause(call: CallState): void {
    const { attempt, retryAt = 0 } = call
    const act = guarded(() => {
      if (call.status !== 'retrying' || call.attempt !== attempt) return
      if (!host.isStopping()) startAttempt(call)
      else if (underWay.size === 0) end(new CodeSuspended(delivered))
    })
    if (retryAt <= host.now()) act()
    else host.later(retryAt, act)
  }

  /** Hands in results in the order in which they were recorded; one whose request has not come yet holds up the others. */
  function deliver(): void {
    for (;;) {
      const call = log.ended[delivered]
      if (!call || call.asked.number > asked) return
      const outcome = outcomeOf(call)
      if (!outcome) return
      opened.delete(call.path)
      delivered++
      tell((code) => code.deliver(call.asked.number, call.endAt, outcome))
    }
  }

  /** What the code is told; undefined while a secret or a file is being opened, after which this goes on. */
  function outcomeOf(call: CallState): CallOutcome | undefined {
    if (call.status !== 'succeeded' || call.endSeq === undefined) {
      const { code = 'code_error', message = '', retryable = false } = call.error ?? {}
      return { ok: false, error: { code, message, attempts: call.attempt - call.uncounted, retryable } }
    }
    const result = host.results.get(call.endSeq)
    if (result === undefined) throw new Error(`What "${call.path}" gave is not at hand`)
    if (call.asked.kind === 'secrets.get') {
      const name = secretNameIn(result)
      return openedBy(`secret ${name}`, async () => ({ ok: true, result: await host.openSecret(name) }))
    }
    if (call.asked.kind === 'files.read') return openedBy(call.path, () => host.openFile(fileIdIn(result)))
    return call.asked.kind === 'fetch' ? outcomeFromReply(result) : { ok: true, result }
  }

  function openedBy(key: string, open: () => Promise<CallOutcome>): CallOutcome | undefined {
    const known = opened.get(key)
    if (known || isOpening) return known
    isOpening = true
    const take = guarded((outcome: CallOutcome) => {
      isOpening = false
      opened.set(key, outcome)
      deliver()
    })
    open().then(
      take,
      guarded((thrown: unknown) => {
        if (!host.isAnswer(thrown)) return end(thrown)
        const { code, message, retryable } = stepErrorFrom(thrown)
        take({ ok: false, error: { code, message, attempts: 1, retryable } })
      }),
    )
    return undefined
  }

  /** Everything that can go on now has gone on: the code waits, or will never get further. */
  function rest(): void {
    if (isOpening) return
    const unasked = log.requests[asked]
    if (unasked) return end(missingRequest(unasked.asked))
    if ([...underWay.values()].some((work) => !work.isInCode) || host.isMatching()) return
    const now = host.now()
    const waits = [...log.open].filter((call) => call.status === 'waiting' || call.status === 'retrying')
    if (underWay.size > 0) {
      if (waits.length > 0 || [...underWay.values()].some((work) => work.timer !== undefined)) return
      const message = 'The code waits for a promise that nothing will ever settle'
      return end(new AppError('code_error', message, { retryable: false }))
    }
    const isSoon = waits.some((call) => call.status === 'retrying' && (call.retryAt ?? 0) - now <= longestHeldPauseMs)
    if (!isSoon || host.isStopping()) end(new CodeSuspended(delivered))
  }

  /** What the function of `once` gave counts only once it is kept for all runs. */
  function endOnce(call: CallState, outcome: { result: JsonText } | { error: AppError }): void {
    const request = requests.get(call.path)
    if (!request) return
    clearTimeout(underWay.get(call.path)?.timer)
    workOut(call, host.endOnce(call, request, outcome))
  }

  return {
    facts: host.facts,
    begin(next) {
      control = next
      asked = delivered = 0
      queue.length = 0
      for (const work of underWay.values()) clearTimeout(work.timer)
    },
    request: guarded(ask),
    ran: guarded((number, outcome) => {
      const call = log.requests[number - 1]
      if (!call || underWay.get(call.path)?.isInCode !== true) return
      if (call.asked.kind === 'once') return endOnce(call, outcome)
      leave(call)
      if ('error' in outcome) fail(call, outcome.error)
      else finish(call, outcome.result)
    }),
    matched: guarded((number, found) => {
      const call = log.requests[number - 1]
      if (call) host.matched(call, found)
    }),
    isWritten(place) {
      if ('number' in place) return false
      const [written, line] = log.lines
      return place.delivered < written || (place.delivered === written && place.line <= line)
    },
    idle: guarded(() => {
      isIdle = true
      rest()
    }),
    settled: guarded(deliver),
    match(call, event) {
      if (control === undefined || over.signal.aborted || call.asked.number > asked) return false
      tell((code) => code.match(call.asked.number, event))
      return true
    },
    close() {
      if (over.signal.aborted) return
      for (const work of underWay.values()) clearTimeout(work.timer)
      over.abort(new AppError('cancelled', 'The step is over.'))
      host.closed()
    },
  }
}

/** Whether a new attempt of the step takes over what an earlier one got. */
function isKept(before: CallState, { kind, hash }: CodeRequest): boolean {
  if (before.status !== 'succeeded' || before.asked.kind !== kind || isReadAnew(kind)) return false
  return isNamed(kind) || before.asked.hash === hash
}
