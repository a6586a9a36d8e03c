import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { AppError, isAppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { CallOutcome, CodeCall, CodeControl, EgressResponse } from '../ports.ts'
import { headOfFile, mostFileBytesInCode, saveFileOf } from '../calls/recorded-file.ts'
import { errorFrom } from './error-from-failure.ts'
import { mostCallBytes, mostCalls, mostCallsInFlight, mostLogBytes, mostLogLines } from './prelude/limits.ts'
import { readFailure, readLogPayload, readMetricPayload } from './read-runner-message.ts'
import type { CallKind, DeliveredHead, FetchHead, FileHead, ReplyHead, RunnerMessage } from './runner/messages.ts'
import type { RunnerProcess } from './runner-process.ts'
import { sourceName } from './source-name.ts'

/** One line more says how many were dropped. */
const mostLines = mostLogLines + 1
/** Counted in characters where they are written; as JSON, a character takes six bytes at the most. */
const mostLogBytesSent = 7 * mostLogBytes
/** What carries a body that is no answer to a call outside. */
const emptyAnswer = { url: '', status: 200, statusText: '', headers: [], redirected: false }

interface HostReply {
  head: ReplyHead
  body: Uint8Array
}

/** The attempt whose messages are answered. */
export interface Answered {
  id: number
  call: CodeCall
  /** Where it runs now. */
  runner(): RunnerProcess | undefined
  isOver(): boolean
  /** Ends it with an error, wherever it runs. */
  stop(error: unknown): void
  /** Fires when it is over: what it asked of the outside is of no use any more. */
  signal: AbortSignal
}

/** What code says while it runs; its end is for the attempt itself. */
export type AskingMessage = Exclude<RunnerMessage, { t: 'ready' | 'drain' | 'done' | 'failed' }>

export interface Answers {
  /** A try begins, on this runner: what was written and done in one before is not written and done again. */
  begin(runner: RunnerProcess): void
  onMessage(message: AskingMessage, payload: Buffer): void
  /** A result as it may leave the sandbox. */
  checkedResult(payload: Buffer): JsonText
}

/**
 * Counts, carries out and remembers what an attempt's code asks of the outside, over as many runners as it takes, so
 * that when one is lost through no fault of the code no finished call is made twice.
 */
export function createAnswers(attempt: Answered): Answers {
  const { id, call, runner, isOver, stop } = attempt
  const { secrets } = call
  let effect: Promise<void> | undefined
  /** Replies by what was asked, in order of asking; `taken` counts those this try has had. */
  const journal = new Map<string, { replies: Promise<HostReply>[]; taken: number }>()
  let calls = 0
  let callsInFlight = 0
  /** Requests of this try. */
  let requests = 0
  /** Those after which it is not gone through again what is done. */
  let recorded = 0
  /** How often a name came that had a secret in it: those that differ in nothing else are told apart here. */
  const timesRedacted = new Map<string, number>()
  /** What it was told about them in this try. */
  let said = 0
  let metricsThisTry = 0
  let metricsCounted = 0
  let linesThisTry = 0
  let linesWritten = 0
  let logBytes = 0

  function isOneTooMany(): boolean {
    calls++
    callsInFlight++
    if (calls <= mostCalls && callsInFlight <= mostCallsInFlight) return false
    stop(new AppError('call_limit', `The code made more than ${mostCalls} calls and steps, or ${mostCallsInFlight} at once.`))
    return true
  }

  function onCall(message: RunnerMessage & { t: 'call' }, payload: Buffer): void {
    if (isOneTooMany()) return
    answer(message.call, isRecorded() ? perform(message.head, payload) : performOnce(message.head, payload))
  }

  function onSecret(message: RunnerMessage & { t: 'secret' }): void {
    if (isOneTooMany()) return
    answer(message.call, openSecret(message.name))
  }

  function onFile(message: RunnerMessage & { t: 'file' }, payload: Buffer): void {
    if (isOneTooMany()) return
    answer(message.call, useFile(message.head, payload))
  }

  function answer(number: number, reply: Promise<HostReply>): void {
    const askedBy = runner()
    reply.then(({ head, body }) => {
      if (isOver() || runner() !== askedBy) return
      callsInFlight--
      askedBy?.send({ t: 'reply', id, call: number, head }, body)
    }, stop)
  }

  /** What the code asks for is recorded one by one: what is done is not gone through again, so nothing else is kept here. */
  function isRecorded(): boolean {
    return call.bundle.usesStep === true || recorded > 0
  }

  /** A try after the loss of a runner asks again in the same order, and gets the replies that are here. */
  function performOnce(head: FetchHead, payload: Buffer): Promise<HostReply> {
    const asked = createHash('sha256').update(JSON.stringify(head)).update(payload).digest('base64')
    const entry = journal.get(asked) ?? { replies: [], taken: 0 }
    journal.set(asked, entry)
    const reply = (entry.replies[entry.taken] ??= perform(head, payload))
    entry.taken++
    return reply
  }

  /** Rejects only when the attempt must end, as when the decision to touch the outside could not be made durable. */
  async function perform(head: FetchHead, payload: Buffer): Promise<HostReply> {
    // Each step of the code's is a decision of its own.
    if (isRecorded()) await call.beforeEffect()
    else await (effect ??= call.beforeEffect())
    try {
      const reply = await call.fetch({
        ...head,
        ...(payload.byteLength === 0 ? {} : { body: Uint8Array.from(payload) }),
        signal: attempt.signal,
        references: secrets.references,
      })
      return replyFrom(secrets.reply(reply, 'code'))
    } catch (error) {
      const code = isAppError(error) ? error.code : 'network_error'
      const message = error instanceof Error ? error.message : String(error)
      return { head: { ok: false, code, message: message.slice(0, 2_000) }, body: new Uint8Array() }
    }
  }

  /** A secret that code asks for within one of its steps, where nothing is gone through again. */
  async function openSecret(name: string): Promise<HostReply> {
    try {
      const { value } = await secrets.open(name)
      call.log('debug', `The secret "${name}" was read.`)
      return replyFrom({ ...emptyAnswer, body: Buffer.from(JSON.stringify(value)) })
    } catch (error) {
      if (!isAppError(error)) throw error
      return { head: { ok: false, code: error.code, message: error.message }, body: new Uint8Array() }
    }
  }

  /** A file that code reads or keeps where nothing is gone through again. */
  async function useFile(head: FileHead, payload: Buffer): Promise<HostReply> {
    try {
      if (head.kind === 'files.read') {
        const { content, ...named } = await call.files.open(head.file, mostFileBytesInCode)
        return replyFrom({ ...headOfFile(named), body: content })
      }
      if (payload.byteLength > mostFileBytesInCode) throw new AppError('call_limit', 'The file is larger than 10 MiB.')
      const text = await saveFileOf(
        call.files,
        JSON.stringify(head),
        secrets.reply({ ...emptyAnswer, body: payload }, 'store').body,
      )
      return replyFrom({ ...emptyAnswer, body: Buffer.from(text) })
    } catch (error) {
      if (!isAppError(error)) throw error
      return { head: { ok: false, code: error.code, message: error.message }, body: new Uint8Array() }
    }
  }

  function checkedResult(payload: Buffer): JsonText {
    if (payload.byteLength > call.limits.resultBytes) throw new Error('A result is larger than was agreed')
    const text = payload.toString()
    JSON.parse(text)
    return secrets.data(text)
  }

  function onLog(message: RunnerMessage & { t: 'log' }, payload: Buffer): void {
    if (message.place && call.calls.isWritten(message.place)) return
    linesThisTry++
    // Lines of an earlier try were written then; those of code that uses `step` are told apart by their place.
    if (linesThisTry <= linesWritten && !call.bundle.usesStep) return
    logBytes += payload.byteLength
    if (linesThisTry > mostLines || logBytes > mostLogBytesSent) return
    linesWritten++
    const line = readLogPayload(payload)
    call.log(message.level, secrets.line(line.message), secrets.lineData(line.data), message.place, line.at && userLine(line.at))
  }

  let map: TraceMap | undefined
  function userLine([line, column]: [number, number]): number | undefined {
    if (call.tellsLines !== true) return undefined
    map ??= new TraceMap(call.bundle.map)
    const original = originalPositionFor(map, { line, column: column - 1 })
    return original.source === sourceName ? original.line : undefined
  }

  function onMetric({ number }: RunnerMessage & { t: 'metric' }, payload: Buffer): void {
    // What an earlier try counted, before its runner was lost, it counts again.
    if (number === 0 && ++metricsThisTry <= metricsCounted) return
    if (number === 0) metricsCounted++
    const { name, value, tags } = readMetricPayload(payload)
    try {
      call.metric(secrets.line(name), value, Object.fromEntries(Object.entries(tags).map((tag) => tag.map(secrets.line))), number)
    } catch (error) {
      stop(error)
    }
  }

  function onRequest({ number, head }: RunnerMessage & { t: 'request' }, payload: Buffer): void {
    if (number !== ++requests) throw new Error('Requests are numbered one by one')
    if (++calls > mostCalls || payload.byteLength > mostCallBytes) {
      const limit =
        calls > mostCalls
          ? `made more than ${mostCalls} calls and steps`
          : `gave "${secrets.line(head.name)}" more than 10 MiB to take along`
      stop(new AppError('call_limit', `The code ${limit}.`))
      return
    }
    const { kind, options } = head
    if (kind !== 'secrets.get' && kind !== 'files.read') recorded++
    const name = secrets.line(head.name)
    const times = name === head.name ? head.times : timesOf(name)
    const hash = createHash('sha256')
      .update(kind)
      .update('\0')
      .update(secrets.comparable(options))
      .update('\0')
      .update(comparableBody(payload))
      .digest('base64url')
      .slice(0, 22)
    // What is sent outside goes as it is; anything else is kept with the run.
    const asked =
      kind === 'fetch' ? { options, body: payload } : { options: secrets.data(options), body: withoutSecrets(kind, payload) }
    call.calls.request({ number, kind, name, times, ...asked, hash })
  }

  function timesOf(name: string): number {
    const times = (timesRedacted.get(name) ?? 0) + 1
    timesRedacted.set(name, times)
    return times
  }

  function comparableBody(payload: Buffer): Uint8Array | string {
    return payload.byteLength > 0 && secrets.isHanded() && isUtf8(payload) ? secrets.comparable(payload.toString()) : payload
  }

  function withoutSecrets(kind: CallKind, payload: Buffer): Uint8Array {
    if (payload.byteLength === 0) return payload
    // What a file holds need not be JSON, nor text.
    if (kind === 'files.save') return secrets.reply({ ...emptyAnswer, body: payload }, 'store').body
    const text = payload.toString()
    const redacted = secrets.data(text)
    return redacted === text ? payload : Buffer.from(redacted)
  }

  function controlOf(of: RunnerProcess): CodeControl {
    said = 0
    const send: RunnerProcess['send'] = (message, payload) => {
      if (isOver() || runner() !== of) return
      said++
      of.send(message, payload)
    }
    return {
      carryOut: (number, context) => send({ t: 'carryOut', id, number, context }),
      stop: (number, message) => send({ t: 'stop', id, number, message }),
      deliver: (number, atMs, outcome) => send({ t: 'deliver', id, number, atMs, head: headFrom(outcome) }, bodyFrom(outcome)),
      match: (number, event) => send({ t: 'match', id, number }, event),
      end(reason) {
        if (runner() === of) stop(reason)
      },
    }
  }

  return {
    begin(next) {
      calls = callsInFlight = linesThisTry = metricsThisTry = requests = recorded = 0
      timesRedacted.clear()
      for (const entry of journal.values()) entry.taken = 0
      call.calls.begin(controlOf(next))
    },
    checkedResult,
    onMessage(message, payload) {
      switch (message.t) {
        case 'call':
          onCall(message, payload)
          break
        case 'secret':
          onSecret(message)
          break
        case 'file':
          onFile(message, payload)
          break
        case 'log':
          onLog(message, payload)
          break
        case 'request':
          onRequest(message, payload)
          break
        case 'ran':
          if (message.ok) call.calls.ran(message.number, { result: checkedResult(payload) })
          else call.calls.ran(message.number, { error: errorFrom(readFailure(payload), call) })
          break
        case 'matched':
          call.calls.matched(message.number, message.found)
          break
        case 'unmatched':
          call.calls.matched(message.number, errorFrom(readFailure(payload), call))
          break
        case 'idle':
          // What it was told meanwhile may give it something to do.
          if (message.heard === said) call.calls.idle()
          break
        case 'metric':
          onMetric(message, payload)
          break
      }
    },
  }
}

function headFrom(outcome: CallOutcome): DeliveredHead {
  if (!outcome.ok) return { ok: false, error: outcome.error }
  return 'reply' in outcome ? { ok: true, reply: { ok: true, ...outcome.reply } } : { ok: true }
}

function bodyFrom(outcome: CallOutcome): Uint8Array | string {
  if (!outcome.ok) return ''
  return 'reply' in outcome ? outcome.body : outcome.result
}

function replyFrom({ body, ...answer }: EgressResponse): HostReply {
  return { head: { ok: true, ...answer }, body }
}
