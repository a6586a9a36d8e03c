import type { AttemptFacts } from '../runner/messages.ts'
import { makeAbortClasses } from './abort.ts'
import { installBase64 } from './base64.ts'
import { makeBuffer } from './buffer.ts'
import { deliverReply } from './calls.ts'
import { contextFrom } from './context.ts'
import { installRecordedClock, watchClock, watchOwnText, whoAskedClock } from './clock.ts'
import { makeCrypto } from './crypto.ts'
import { makeFetchClasses } from './fetch.ts'
import { fixBuffers, takeAway } from './harden.ts'
import { host, lazyGlobal, parseJson, type Host } from './host.ts'
import { installConsole, tellLines } from './log.ts'
import { progress } from './progress.ts'
import { deliver, limitResults, matchRequest, runRequest, stopRequest } from './requests.ts'
import { installRetryErrors } from './retry-errors.ts'
import { fail, succeed } from './settle.ts'
import { installStepError } from './step-error.ts'
import { structuredCloneOf } from './structured-clone.ts'
import { makeTextDecoder, makeTextEncoder } from './text-coding.ts'
import { installTimers, runDueTimers } from './timers.ts'
import { makeUrlClasses } from './url.ts'

// Once a runner, while it makes the snapshot that all its isolates begin with.
fixBuffers()
installConsole()
installTimers()
installBase64()
installRetryErrors()
installStepError()
installLazyGlobals()

/**
 * Runs once in every fresh isolate, before any user code: takes away what V8 puts into every context, and gives the
 * runner the one function by which it talks to this isolate.
 */
export function boot(post: Host['post'], ask: Host['ask']): (kind: string, ...values: (string | number | undefined)[]) => void {
  host.post = post
  host.ask = ask
  takeAway()

  return (kind, ...values) => {
    switch (kind) {
      case 'prime':
        prime()
        break
      case 'arePrimed':
        sayWhetherPrimed(Number(values[0]) === 1)
        break
      case 'begin':
        begin(parseJson(String(values[0])), values.slice(1))
        break
      case 'reply':
        deliverReply(Number(values[0]), {
          head: parseJson(String(values[1])),
          form: values[2] === 'text' ? 'text' : 'latin1',
          body: String(values[3]),
        })
        break
      case 'wake':
        runDueTimers()
        break
      case 'deliver':
        deliver(Number(values[0]), Number(values[1]), String(values[2]), {
          form: values[3] === 'latin1' ? 'latin1' : 'text',
          body: String(values[4]),
        })
        break
      case 'carryOut':
        runRequest(Number(values[0]), parseJson(String(values[1])))
        break
      case 'stop':
        stopRequest(Number(values[0]), String(values[1]))
        break
      case 'match':
        matchRequest(Number(values[0]), String(values[1]))
        break
    }
  }
}

/** The step, where its code was loaded before there was a run. */
let loaded: { step: unknown } | undefined

/** Waits for the step's script as an attempt does, loads it and goes no further. */
function prime(): void {
  watchClock()
  Object.defineProperty(globalThis, '__own', {
    configurable: true,
    enumerable: false,
    value: () => {
      Reflect.deleteProperty(globalThis, '__own')
      watchOwnText()
    },
  })
  onStart((load) => {
    loaded = { step: load() }
  })
}

/**
 * Packages are used to having been loaded a while ago. The text of a step is not: the time it asks for as it is loaded
 * is that of its run. And where time and chance are the recorded ones, nobody may have had others.
 */
function sayWhetherPrimed(isDurable: boolean): void {
  const { byAny, forTimeByCode } = whoAskedClock()
  if (loaded !== undefined && !(isDurable ? byAny : forTimeByCode)) host.post('primed', 0, 0, '')
}

function onStart(start: (load: () => unknown) => void): void {
  Object.defineProperty(globalThis, '__start', {
    configurable: true,
    enumerable: false,
    value: (load: () => unknown) => {
      Reflect.deleteProperty(globalThis, '__start')
      start(load)
    },
  })
}

/** Puts the data in place and waits for the step's own script, which calls `__start` with how to load itself. */
function begin(facts: AttemptFacts, values: (string | number | undefined)[]): void {
  const [trigger = 'null', input = 'null', vars = 'null', run = '{}', item, ...steps] = values.map((value) =>
    value === undefined ? undefined : String(value),
  )
  const data = { trigger, input, vars, run, item, steps: steps.map((text) => text ?? 'null') }
  limitResults(facts.resultBytes)
  if (facts.tellsLines === true) tellLines()
  if (facts.durable !== undefined) {
    progress.isDurable = true
    installRecordedClock(facts.durable.startedAtMs, facts.durable.seed)
  }
  const context = contextFrom(facts, data, () => new AbortController().signal)
  if (loaded === undefined) onStart((load) => void runStep(load, context, facts.resultBytes))
  else void runStep(() => loaded?.step, context, facts.resultBytes)
}

async function runStep(load: () => unknown, context: object, resultBytes: number): Promise<void> {
  try {
    const step = load()
    if (typeof step !== 'function') throw new TypeError('The default export of a code step must be a function')
    succeed(await step(context), resultBytes)
  } catch (error) {
    fail(error)
  }
}

function installLazyGlobals(): void {
  lazyGroup(makeUrlClasses, ['URL', 'URLSearchParams'])
  lazyGroup(makeFetchClasses, ['Headers', 'Request', 'Response', 'fetch'])
  lazyGroup(makeAbortClasses, ['DOMException', 'Event', 'EventTarget', 'AbortSignal', 'AbortController'])
  lazyGlobal('TextEncoder', makeTextEncoder)
  lazyGlobal('TextDecoder', makeTextDecoder)
  lazyGlobal('crypto', makeCrypto)
  lazyGlobal('Buffer', makeBuffer)
  lazyGlobal('structuredClone', () => (value: unknown) => structuredCloneOf(value))
  lazyGlobal('performance', () => {
    const originMs = Date.now()
    return { timeOrigin: originMs, now: () => Date.now() - originMs }
  })
}

function lazyGroup(make: () => { [name: string]: unknown }, names: string[]): void {
  let made: { [name: string]: unknown } | undefined
  for (const name of names) lazyGlobal(name, () => (made ??= make())[name])
}
