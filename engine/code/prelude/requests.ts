import type { CallKind, RequestHead } from '../runner/messages.ts'
import { countCall, type Reply } from './calls.ts'
import { moveTo, realChance, realNow } from './clock.ts'
import { host, jsonFrom, parseJson } from './host.ts'
import { mostCallBytes } from './limits.ts'
import { progress } from './progress.ts'
import { jsonFromResult } from './result.ts'
import { sizeWords } from './size-words.ts'
import { StepError, type StepFailure } from './step-error.ts'
import { describeThrown, withFacts } from './thrown.ts'

/** What the engine needs from the code to carry a request out. */
export interface RequestParts {
  options: object
  /** What is sent along: JSON text, or the body of a `fetch`. */
  body?: string
  form?: 'text' | 'latin1'
  /** The function of `step.run` or `once`. */
  run?: (context: RunContext) => unknown
  /** Whether an event is the one. */
  match?: (event: unknown) => unknown
}

export interface RunContext {
  idempotencyKey: string
  attempt: number
  signal: unknown
  now(): number
  random(): number
}

interface Open extends RequestParts {
  isStep: boolean
  site: Error
  settle(reply: Reply): void
  reject(error: unknown): void
  controller?: AbortController
}

const open = new Map<number, Open>()
const timesNamed = new Map<string, number>()
let made = 0
let stepsOpen = 0
/** A step's function is being called right now. */
let isInside = false
let resultBytes = 0

export function limitResults(bytes: number): void {
  resultBytes = bytes
}

/** Asks for a step the code gave a name to. A name can come again, but not while anything else could take its place. */
export function requestStep(kind: CallKind, name: unknown, parts: RequestParts): Promise<Reply> {
  const text = checkedName(name)
  if (isInside) throw new TypeError(`step.${kind}("${text}") is inside another step. Call it before or after that one`)
  const times = (timesNamed.get(text) ?? 0) + 1
  if (times > 1 && stepsOpen > 0) {
    const error = new Error(
      `The step name "${text}" is used again while other steps are under way. Give each its own name, for example "${text.slice(0, 50)} \${id}"`,
    )
    throw withFacts(error, { kind: 'duplicate_step_name', retryable: false })
  }
  timesNamed.set(text, times)
  return request(kind, text, times, true, parts)
}

/** Asks for something the code gave no name to: it is told from others like it by its place among them. */
export function requestCall(kind: CallKind, name: string, parts: RequestParts): Promise<Reply> {
  const text = name
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 200)
  const times = (timesNamed.get(text) ?? 0) + 1
  timesNamed.set(text, times)
  return request(kind, text, times, false, parts)
}

/** Whether what code calls now is its own, and not a step's function's. */
export function isBetweenSteps(): boolean {
  return progress.isDurable && progress.open === 0
}

function request(kind: CallKind, name: string, times: number, isStep: boolean, parts: RequestParts): Promise<Reply> {
  const { body = '', form = 'text', options } = parts
  if (body.length > mostCallBytes)
    throw withFacts(new RangeError(`What "${name.slice(0, 100)}" is given is larger than 10 MiB`), { kind: 'call_limit' })
  countCall()
  const number = ++made
  // Taken now, while the caller is on the stack: the failure comes when it no longer is.
  const site = new StepError({ code: 'code_error', message: '' })
  return new Promise((resolve, reject) => {
    open.set(number, { ...parts, isStep, site, settle: resolve, reject })
    if (isStep) stepsOpen++
    if (parts.run !== undefined) progress.open++
    const head: RequestHead = { kind, name, times, options: jsonFrom(options), form: body === '' ? 'none' : form }
    host.post('request', number, jsonFrom(head), body)
  })
}

/** Takes in one result. The engine sends them one by one, in the order in which they were recorded. */
export function deliver(number: number, atMs: number, head: string, reply: Omit<Reply, 'head'>): void {
  const one = open.get(number)
  if (one === undefined) return
  open.delete(number)
  if (one.isStep) stepsOpen--
  if (one.run !== undefined) progress.open--
  progress.executing.delete(number)
  progress.delivered++
  progress.lines = 0
  moveTo(atMs, progress.delivered)
  const answer: { ok: true; reply?: Reply['head'] } | { ok: false; error: StepFailure } = parseJson(head)
  if (answer.ok) one.settle({ head: answer.reply ?? { ok: false, code: '', message: '' }, ...reply })
  else one.reject(failureAt(one.site, answer.error))
}

/** The failure as if it were thrown where it was asked for. */
export function failureAt(site: Error, failure: StepFailure): StepError {
  const error = new StepError(failure)
  const stack = site.stack ?? ''
  const frames = stack.indexOf('\n    at ')
  Object.defineProperty(error, 'stack', {
    value: `StepError: ${failure.message}${frames === -1 ? '' : stack.slice(frames)}`,
    configurable: true,
    writable: true,
  })
  return error
}

/** Runs the function of a request: one attempt of it. */
export function runRequest(number: number, context: { attempt: number; idempotencyKey: string; nowMs: number }): void {
  const one = open.get(number)
  if (one?.run === undefined) return
  const { run } = one
  const controller = new AbortController()
  one.controller = controller
  const startMs = realNow()
  const given: RunContext = {
    idempotencyKey: context.idempotencyKey,
    attempt: context.attempt,
    signal: controller.signal,
    now: () => context.nowMs + realNow() - startMs,
    random: realChance,
  }
  progress.executing.add(number)
  const tell = (ok: 0 | 1, text: string) => {
    // An attempt that was given up has nothing to say any more.
    if (one.controller !== controller || !open.has(number)) return
    progress.executing.delete(number)
    host.post('ran', number, ok, text)
  }
  // Called in this turn, not in a microtask, so that what it asks for at once is known to be asked inside.
  let result: unknown
  isInside = true
  try {
    result = run(given)
  } catch (error) {
    result = Promise.reject(error)
  } finally {
    isInside = false
  }
  void Promise.resolve(result)
    .then((value) => {
      const text = jsonFromResult(value)
      if (text.length > resultBytes)
        throw withFacts(new RangeError(`The result is larger than ${sizeWords(resultBytes)}`), {
          kind: 'result_limit',
          retryable: false,
        })
      return text
    })
    .then(
      (text) => tell(1, text),
      (error: unknown) => tell(0, jsonFrom(describeThrown(error))),
    )
}

/** The attempt took too long: it is told so, and what it may still give is not waited for. */
export function stopRequest(number: number, message: string): void {
  const one = open.get(number)
  if (one === undefined) return
  const { controller } = one
  delete one.controller
  progress.executing.delete(number)
  controller?.abort(new DOMException(message, 'TimeoutError'))
}

/** Asks the code whether an event is the one its request waits for. */
export function matchRequest(number: number, event: string): void {
  const match = open.get(number)?.match
  if (match === undefined) return
  try {
    const found = match(parseJson(event))
    if (typeof found === 'object' && found !== null && 'then' in found)
      throw new TypeError('match answers at once: it can’t be an async function')
    host.post('matched', number, found ? 1 : 0, '')
  } catch (error) {
    host.post('matched', number, 2, jsonFrom(describeThrown(error)))
  }
}

function checkedName(name: unknown): string {
  if (typeof name !== 'string' || name.length < 1 || name.length > 200 || /\p{Cc}/u.test(name) || !name.isWellFormed())
    throw new TypeError('The first argument is the step’s name: 1 to 200 characters, on one line')
  return name
}
