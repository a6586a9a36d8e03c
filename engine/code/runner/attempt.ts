import type {
  AttemptFacts,
  AttemptLimits,
  EngineMessage,
  Failure,
  LinePlace,
  LogLevel,
  ReplyHead,
  RunnerMessage,
} from './messages.ts'
import { sizeWords } from '../prelude/size-words.ts'
import { CallRefusal, readFetchHead, readFileHead, readRequestHead } from './isolate-words.ts'
import type { Spare } from './spares.ts'

export interface StartAttempt {
  id: number
  facts: AttemptFacts
  limits: AttemptLimits
  /** Undefined when it is loaded in the isolate already. */
  code: string | undefined
  data: (string | undefined)[]
}

export type Send = (message: RunnerMessage, payload?: string | Uint8Array) => void

export type AboutRequest = EngineMessage & { t: 'deliver' | 'carryOut' | 'stop' | 'match' }

/** Code can change every built-in, and our own part of its isolate uses them, too. */
const brokenWords = 'The code changed built-in functions that the sandbox itself needs, and can’t go on'

/** One run of a step's code in an isolate of its own. */
export interface Attempt {
  id: number
  /** Whether its thread may be at work right now. */
  isBusy(): boolean
  cpuMs(): number
  limits: AttemptLimits
  deadlineMs: number
  deliverReply(call: number, head: ReplyHead, form: 'text' | 'latin1', body: string): void
  /** What the engine says of the code's requests. */
  tell(message: AboutRequest, form: 'text' | 'latin1', body: string): void
  fail(failure: Failure): void
  /** Whether it gave a result. */
  hasGiven(): boolean
  /** Ends it without a word. */
  drop(): void
}

/**
 * Starts user code in a spare isolate. `send` hears of its calls, logs and its one end; `onEnd` is called once the
 * end is told, with the promise of the isolate's thread being free again.
 */
export function startAttempt(spare: Spare, start: StartAttempt, send: Send, onEnd: (attempt: Attempt) => void): Attempt {
  const { isolate, context, deliver } = spare
  const cpuBeforeMs = spare.cpuBeforeMs ?? cpuNow()
  let entries = 0
  let callsInFlight = 0
  let requestsOpen = 0
  let heard = 0
  let wake: NodeJS.Timeout | undefined
  let isOver = false
  let hasGiven = false
  let lastCpuMs = 0

  function cpuNow(): number {
    return isolate.isDisposed ? 0 : Number(isolate.cpuTime) / 1e6
  }

  const attempt: Attempt = {
    id: start.id,
    limits: start.limits,
    deadlineMs: performance.now() + start.limits.wallMs,
    isBusy: () => entries > 0,
    hasGiven: () => hasGiven,
    cpuMs: () => (isolate.isDisposed ? lastCpuMs : (lastCpuMs = cpuNow() - cpuBeforeMs + spare.askedMs)),
    deliverReply(call, head, form, body) {
      callsInFlight--
      if (!isOver) enter(() => deliver.apply(undefined, ['reply', call, JSON.stringify(head), form, body]))
    },
    tell(message, form, body) {
      if (isOver) return
      heard++
      if (message.t === 'deliver') requestsOpen--
      enter(() => deliver.apply(undefined, entryOf(message, form, body)))
    },
    fail: (failure) => end(() => send({ t: 'failed', id: start.id, cpuMs: attempt.cpuMs(), failure })),
    drop: () => end(() => undefined),
  }

  function end(tell: () => void): void {
    if (isOver) return
    isOver = true
    clearTimeout(wake)
    tell()
    // The answer is on its way before the isolate is taken apart, which takes a moment.
    setImmediate(() => {
      if (!isolate.isDisposed) isolate.dispose()
      onEnd(attempt)
    })
  }

  /** Every way into the isolate goes through here, so that a death inside is seen and blamed. */
  function enter(run: () => Promise<unknown>): void {
    entries++
    run().then(leave, (error: unknown) => {
      if (!isOver && isolate.isDisposed)
        attempt.fail({ kind: 'memory_limit', message: `The code used more than ${start.limits.memoryMb} MiB of memory` })
      else if (!isOver) logUnhandled(error)
      leave()
    })
  }

  function leave(): void {
    entries--
    // What the isolate said on its way out may still be queued behind this.
    if (entries === 0 && !isOver) setImmediate(sayWhenIdle)
  }

  /** With nothing going on inside, what comes next comes from the engine, or never. */
  function sayWhenIdle(): void {
    if (isOver || entries > 0 || callsInFlight > 0 || wake !== undefined) return
    if (requestsOpen > 0) return send({ t: 'idle', id: start.id, heard })
    attempt.fail({ kind: 'code_error', message: 'The code waits for a promise that nothing will ever settle', retryable: false })
  }

  function logUnhandled(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    send(
      { t: 'log', id: start.id, level: 'error' },
      JSON.stringify({ message: `A promise failed and nothing handled it: ${message.slice(0, 2000)}` }),
    )
  }

  spare.hear = (kind, a, b, c) => {
    if (isOver) return
    try {
      hear(kind, a, b, c)
    } catch (error) {
      if (error instanceof CallRefusal) attempt.fail({ kind: 'call_limit', message: error.message })
      else attempt.fail({ kind: 'code_error', message: brokenWords, retryable: false })
    }
  }

  function hear(kind: string, a: string | number, b: string | number, c: string): void {
    switch (kind) {
      case 'fetch': {
        callsInFlight++
        const { form, ...head } = readFetchHead(b)
        send({ t: 'call', id: start.id, call: Number(a), kind: 'fetch', head }, form === 'latin1' ? Buffer.from(c, 'latin1') : c)
        break
      }
      case 'secret':
        callsInFlight++
        send({ t: 'secret', id: start.id, call: Number(a), name: String(b) })
        break
      case 'file': {
        callsInFlight++
        const { head, form } = readFileHead(b)
        send({ t: 'file', id: start.id, call: Number(a), head }, form === 'latin1' ? Buffer.from(c, 'latin1') : c)
        break
      }
      case 'log':
        send({ t: 'log', id: start.id, level: levelFrom(a), ...placeFrom(b) }, c)
        break
      case 'request': {
        requestsOpen++
        const head = readRequestHead(b)
        send({ t: 'request', id: start.id, number: Number(a), head }, head.form === 'latin1' ? Buffer.from(c, 'latin1') : c)
        break
      }
      case 'ran': {
        const isTooLarge = Number(b) === 1 && Buffer.byteLength(c) > start.limits.resultBytes
        const failure: Failure = {
          kind: 'result_limit',
          message: `The result is larger than ${sizeWords(start.limits.resultBytes)}`,
          retryable: false,
        }
        send(
          { t: 'ran', id: start.id, number: Number(a), ok: Number(b) === 1 && !isTooLarge },
          isTooLarge ? JSON.stringify(failure) : c,
        )
        break
      }
      case 'matched':
        if (Number(b) === 2) send({ t: 'unmatched', id: start.id, number: Number(a) }, c)
        else send({ t: 'matched', id: start.id, number: Number(a), found: Number(b) === 1 })
        break
      case 'metric':
        send({ t: 'metric', id: start.id, number: Number(a) }, c)
        break
      case 'wake':
        clearTimeout(wake)
        wake = setTimeout(() => {
          wake = undefined
          enter(() => deliver.apply(undefined, ['wake']))
        }, Number(b))
        break
      case 'done':
        if (Buffer.byteLength(c) > start.limits.resultBytes) {
          attempt.fail({
            kind: 'result_limit',
            message: `The result is larger than ${sizeWords(start.limits.resultBytes)}`,
          })
        } else
          end(() => {
            hasGiven = true
            send({ t: 'done', id: start.id, cpuMs: attempt.cpuMs(), ...(start.code === undefined ? { wasPrimed: true } : {}) }, c)
          })
        break
      case 'failed':
        attempt.fail(JSON.parse(c))
        break
    }
  }

  enter(async () => {
    // Both are queued at once and run one after the other on the isolate's thread.
    const begun = deliver.apply(undefined, ['begin', JSON.stringify(start.facts), ...start.data])
    const loaded = start.code === undefined ? undefined : context.eval(start.code, { filename: 'step.ts' })
    await Promise.all([begun, loaded])
  })
  return attempt
}

function entryOf(message: AboutRequest, form: string, body: string): [string, ...(string | number)[]] {
  switch (message.t) {
    case 'deliver':
      return ['deliver', message.number, message.atMs, JSON.stringify(message.head), form, body]
    case 'carryOut':
      return ['carryOut', message.number, JSON.stringify(message.context)]
    case 'stop':
      return ['stop', message.number, message.message]
    case 'match':
      return ['match', message.number, body]
  }
}

/** `3` is the function of request 3, `d2.5` the fifth line after the second result, 0 any other code. */
function placeFrom(place: string | number): { place?: LinePlace } {
  if (Number(place) > 0) return { place: { number: Number(place) } }
  const [, delivered, line] = /^d(\d+)\.(\d+)$/.exec(String(place)) ?? []
  return delivered === undefined ? {} : { place: { delivered: Number(delivered), line: Number(line) } }
}

function levelFrom(value: string | number): LogLevel {
  return value === 'debug' || value === 'warn' || value === 'error' ? value : 'info'
}
