import { base64UrlOf, latin1FromBytes, utf8FromText } from './bytes.ts'
import { longestMs, waitMs } from './duration.ts'
import { host, parseJson } from './host.ts'
import { requestStep, type RunContext } from './requests.ts'
import { jsonFromResult } from './result.ts'

/** What makes the addresses of this step's waits, so that they are there at once. */
export interface CallUrls {
  resume: string
  approve: string
  /** `<run id>.<path>#` */
  named: string
  key: string
}

/** The durable work code may ask for. Each call is a step of the run. */
export function makeStep(urls: CallUrls): object {
  return Object.freeze({
    async run(name: unknown, run: unknown, options?: unknown) {
      return value(await requestStep('run', name, { run: functionFrom(run, 'step.run'), options: runOptions(options) }))
    },
    async sleep(name: unknown, duration: unknown) {
      await requestStep('sleep', name, { options: { ms: waitMs(duration, 'The second argument of step.sleep') } })
    },
    async sleepUntil(name: unknown, instant: unknown) {
      const until = instant instanceof Date ? instant.getTime() : Date.parse(String(instant))
      if (Number.isNaN(until))
        throw new TypeError('The second argument of step.sleepUntil is a moment such as "2026-01-31T09:00:00Z", or a Date')
      if (until - Date.now() > longestMs) throw new TypeError('A step may sleep for 5 years at the most')
      await requestStep('sleep', name, { options: { until } })
    },
    async waitForCall(name: unknown, options?: unknown) {
      return value(await requestStep('waitForCall', name, { options: timeoutOf(objectFrom(options)) }))
    },
    callUrl(name: unknown) {
      return urlFor(urls.resume, urls, String(name))
    },
    approvalUrl(name: unknown) {
      return urlFor(urls.approve, urls, String(name))
    },
    async waitForEvent(name: unknown, options: unknown) {
      const { event, match, ...rest } = objectFrom(options)
      if (!isEventName(event)) throw new TypeError('step.waitForEvent needs { event: "the event’s name" }')
      if (match !== undefined && typeof match !== 'function')
        throw new TypeError('match is a function: (event) => event.id === 7')
      const parts = { options: { event, hasMatch: match !== undefined, ...timeoutOf(rest) } }
      return value(
        await requestStep(
          'waitForEvent',
          name,
          match === undefined ? parts : { ...parts, match: (data) => Reflect.apply(match, undefined, [data]) as unknown },
        ),
      )
    },
    async waitForApproval(name: unknown, options?: unknown) {
      const { title, message, approvers, fields, required, ...rest } = objectFrom(options)
      const asked = { title: title ?? name, message, approvers, fields, required, ...timeoutOf(rest) }
      return value(await requestStep('waitForApproval', name, { options: asked }))
    },
    async callFlow(name: unknown, options: unknown) {
      const { flowId, input, wait } = objectFrom(options)
      if (typeof flowId !== 'string' || flowId === '') throw new TypeError('step.callFlow needs { flowId: "flow_…" }')
      const parts = { options: { flowId, wait: wait !== false }, body: jsonFromResult(input) }
      return value(await requestStep('callFlow', name, parts))
    },
    async sendEvent(name: unknown, options: unknown) {
      const { event, data } = objectFrom(options)
      if (!isEventName(event)) throw new TypeError('step.sendEvent needs { event: "the event’s name" }')
      await requestStep('sendEvent', name, { options: { event }, body: jsonFromResult(data) })
    },
  })
}

export function value({ body }: { body: string }): unknown {
  return body === '' ? undefined : parseJson(body)
}

export function functionFrom(given: unknown, what: string): (context: RunContext) => unknown {
  if (typeof given !== 'function') throw new TypeError(`The second argument of ${what} is the function to run`)
  return (context) => Reflect.apply(given, undefined, [context]) as unknown
}

function isEventName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= 200 && !name.includes('\0') && name.isWellFormed()
}

function objectFrom(given: unknown): { [name: string]: unknown } {
  if (given === undefined || given === null) return {}
  if (typeof given !== 'object') throw new TypeError('The last argument is an object of options')
  return { ...given }
}

function timeoutOf({ timeout }: { [name: string]: unknown }): { timeoutMs?: number } {
  return timeout === undefined || timeout === null ? {} : { timeoutMs: waitMs(timeout, 'timeout') }
}

function runOptions(given: unknown): object {
  const { retry, timeoutMs } = objectFrom(given)
  const { maxAttempts, factor, minDelayMs, maxDelayMs, jitter } = objectFrom(retry)
  const number = (of: unknown, name: string, least: number, most: number) => {
    if (of === undefined) return undefined
    if (typeof of !== 'number' || !(of >= least && of <= most))
      throw new TypeError(`${name} is a number from ${least} to ${most}`)
    return of
  }
  return {
    maxAttempts: number(maxAttempts, 'retry.maxAttempts', 1, 100),
    factor: number(factor, 'retry.factor', 1, 100),
    minDelayMs: number(minDelayMs, 'retry.minDelayMs', 0, 86_400_000),
    maxDelayMs: number(maxDelayMs, 'retry.maxDelayMs', 0, 86_400_000),
    jitter: jitter === undefined ? undefined : jitter === true,
    timeoutMs: number(timeoutMs, 'timeoutMs', 1, 900_000),
  }
}

function urlFor(prefix: string, { named, key }: CallUrls, name: string): string {
  const path = encodeName(name)
  const signature = host.ask('hmac', 'SHA-256', latin1FromBytes(utf8FromText(key)), latin1FromBytes(utf8FromText(path)))
  return prefix + encodeURIComponent(`${named}${path}.${base64UrlOf(signature)}`)
}

/** As names stand in the paths of steps. */
function encodeName(name: string): string {
  return name.replace(/[:#/[\]%]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
