import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { isAppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { createTestSandbox } from '../code/testing/test-sandbox.ts'
import { LostRun } from '../worker/committer.ts'
import type { JournalFact } from '../state/journal.ts'
import { type CallEvent, type CallLog, type CallState, createCallLog, foldCall, getCall, loseRunning } from './call-log.ts'
import type { CallsHost } from './calls-host.ts'
import { createLiveCalls, type LiveCalls } from './live-calls.ts'
import { fetchFor } from './perform-call.ts'
import { createAttemptSecrets } from '../secrets/attempt-secrets.ts'
import type { SecretDesk } from '../ports.ts'
import { secretNameIn, textFromSecret } from './recorded-secret.ts'
import { CodeSuspended } from './suspended.ts'
import { waitFrom } from './wait-from.ts'

const sandbox = createTestSandbox({ mostRunners: 2 })
afterAll(() => sandbox.stop())

/** A program of steps, waits and fetches, one after the other, all at once, or the first of several. */
type Program =
  | { kind: 'run'; ms: number; fails: number }
  | { kind: 'sleep' | 'call' | 'fetch' | 'secret' }
  | { kind: 'seq' | 'all' | 'race'; parts: Program[] }

const runs = fc.record({ kind: fc.constant('run' as const), ms: fc.nat(4), fails: fc.constantFrom(0, 0, 0, 1, 9) })
const waits = fc.record({ kind: fc.constantFrom('sleep' as const, 'call' as const) })
const calls = fc.record({ kind: fc.constantFrom('fetch' as const, 'fetch' as const, 'secret' as const) })

// A call outside while a step's function is at work counts as that function's, so there is never one of the code's own beside it.
const programs = fc.oneof(
  programsOf(fc.oneof({ weight: 2, arbitrary: runs }, { weight: 1, arbitrary: waits })),
  programsOf(fc.oneof(calls, waits)),
)

function programsOf(leaf: fc.Arbitrary<Program>): fc.Arbitrary<Program> {
  return fc.letrec<{ program: Program }>((tie) => ({
    program: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({
        kind: fc.constantFrom('seq' as const, 'all' as const, 'race' as const),
        parts: fc.array(tie('program'), { minLength: 1, maxLength: 4 }),
      }),
    ),
  })).program
}

/** The program as a person would write it; every ending is noted, so that what the code saw is part of what it gives. */
function codeFor(whole: Program): string {
  let leaves = 0
  const write = (part: Program): string => {
    switch (part.kind) {
      case 'seq':
        return `(async () => [${part.parts.map((one) => `await ${write(one)}`).join(', ')}])()`
      case 'all':
      case 'race':
        return `Promise.${part.kind}([${part.parts.map(write).join(', ')}])`
      case 'run': {
        const name = `n${++leaves}`
        return `note('${name}', step.run('${name}', async ({ attempt }) => {
          await fetch('http://ledger/${name}')
          await new Promise((done) => setTimeout(done, ${part.ms}))
          if (attempt <= ${part.fails}) throw new Error('not yet')
          return '${name}'
        }, { retry: { minDelayMs: 0, jitter: false } }))`
      }
      case 'sleep':
        return `note('n${++leaves}', step.sleep('n${leaves}', '1h'))`
      case 'call':
        return `note('n${++leaves}', step.waitForCall('n${leaves}'))`
      case 'secret':
        return `note('n${++leaves}', secrets.get('n${leaves}'))`
      case 'fetch':
        return `note('n${++leaves}', fetch('http://ledger/n${leaves}').then((reply) => reply.text()))`
    }
  }
  return `export default async ({ step, secrets }) => {
    const seen = []
    const note = async (name, work) => {
      const got = await work.catch((error) => [error.name, error.code, error.attempts])
      seen.push([name, got ?? null, Date.now(), Math.random()])
      return got ?? null
    }
    const result = await ${write(whole)}
    return { result, seen }
  }`
}

interface World {
  journal: CallEvent[]
  results: Map<number, JsonText>
  /** Events that are committed; a crash may take the others with it. */
  committed: number
  fetched: string[]
  random(): number
}

interface Life {
  log: CallLog
  ended: { result: unknown } | { suspended: true } | { crashed: true }
}

function logFrom(world: World): CallLog {
  const log = createCallLog(0)
  for (const event of world.journal) {
    if (event.kind === 'step.lost') loseRunning(log)
    else foldCall(log, event)
  }
  return log
}

function append(world: World, log: CallLog, fact: JournalFact & { path: string; attempt: number }, result?: JsonText): void {
  const event = { ...fact, seq: world.journal.length, at: 1000 * world.journal.length }
  world.journal.push(event)
  if (result !== undefined) world.results.set(event.seq, result)
  if (fact.kind !== 'step.lost') foldCall(log, event)
}

/** Goes through the code once, from the top to its end, to where it waits, or to the crash after so many events. */
async function live(code: string, world: World, crashAfter: number): Promise<Life> {
  const log = logFrom(world)
  const crash = new AbortController()
  const crashAt = world.journal.length + crashAfter
  let isOver = false
  const pause = () => new Promise<void>((done) => setTimeout(done, Math.floor(world.random() * 4)))
  const write = (fact: JournalFact & { path: string; attempt: number }, result?: JsonText) => {
    if (crash.signal.aborted) return
    append(world, log, fact, result)
    if (world.journal.length >= crashAt) crash.abort(new LostRun('run_test'))
  }
  const settle = (call: CallState) => {
    if (call.status !== 'waiting' || crash.signal.aborted || isOver) return
    write({ kind: 'step.finished', path: call.path, attempt: call.attempt }, 'null')
    calls.settled()
  }
  const drawer: SecretDesk = { open: async (_, name) => ({ name, version: 1, value: `value of ${name}`, hosts: [] }) }
  const secrets = createAttemptSecrets(drawer, { workspaceId: 'ws', flowId: 'flow' }, () => undefined)
  const host: CallsHost = {
    path: 'step',
    stepId: 'step',
    log,
    results: world.results,
    comparesOptions: true,
    facts: () => ({ startedAtMs: 0, seed: 'seed', urls: { resume: '', approve: '', named: '', key: '' } }),
    now: () => 1000 * world.journal.length,
    random: world.random,
    keyOf: (path) => path,
    append: write,
    end(call, outcome) {
      const { path, attempt } = call
      if ('result' in outcome) write({ kind: 'step.finished', path, attempt }, outcome.result)
      else write({ kind: 'step.failed', path, attempt, data: outcome })
    },
    waitOf: (request) => waitFrom(request, 1000 * world.journal.length),
    opened: () => undefined,
    watch(call) {
      // Some end while the code is at work, the others only once it has let go of everything.
      if (world.random() < 0.5) void pause().then(() => settle(call))
    },
    isMatching: () => false,
    matched: () => undefined,
    decisionOf: () => ({}),
    perform: async (_, request, signal) => {
      if (request.kind === 'fetch') return { result: await fetchFor(egress, request, signal, secrets) }
      await pause()
      return { result: textFromSecret(await secrets.open(secretNameIn(request.options))) }
    },
    openFile: () => Promise.reject(new Error('There are no files here')),
    async openSecret(name) {
      await pause()
      return JSON.stringify(await secrets.handOver(name))
    },
    endOnce: () => Promise.reject(new Error('not used')),
    isAnswer: isAppError,
    later: (_, act) => void setImmediate(act),
    isStopping: () => false,
    closed() {
      isOver = true
    },
  }
  const egress = async ({ url }: { url: string }) => {
    const name = url.slice('http://ledger/'.length)
    const done = [...log.byPath.values()].find(({ path }) => path === `step#${name}` || path === `step#GET ledger%2F${name}`)
    if (done?.status === 'succeeded' || done?.status === 'failed') throw new Error(`${name} is done again`)
    world.fetched.push(name)
    await pause()
    return { url, status: 200, statusText: '', headers: [], body: Buffer.from(name), redirected: false }
  }
  const calls: LiveCalls = createLiveCalls(host)
  try {
    const result = await sandbox.run(code, {
      calls,
      signal: crash.signal,
      fetch: egress,
      beforeEffect: async () => {
        world.committed = world.journal.length
      },
    })
    return { log, ended: { result } }
  } catch (error) {
    if (crash.signal.aborted) return { log, ended: { crashed: true } }
    if (error instanceof CodeSuspended) return { log, ended: { suspended: true } }
    throw error
  }
}

/** Carries the code out over as many lives as it takes. */
async function carryOut(code: string, world: World, crashes: readonly number[]): Promise<unknown> {
  const left = [...crashes]
  for (let lives = 0; lives < 200; lives++) {
    const { log, ended } = await live(code, world, left.shift() ?? Infinity)
    if ('result' in ended) return ended.result
    if ('crashed' in ended) {
      const kept = world.committed + Math.floor(world.random() * (world.journal.length - world.committed + 1))
      world.journal.length = Math.max(kept, 0)
      world.journal.push({
        kind: 'step.lost',
        path: 'step',
        attempt: 1,
        data: { alone: true, crashed: true },
        seq: kept,
        at: 1000 * kept,
      })
    } else {
      const waits = [...log.open].filter((call) => call.status === 'waiting')
      const next = waits[Math.floor(world.random() * waits.length)]
      if (!next) throw new Error('The code waits for nothing')
      append(world, log, { kind: 'step.finished', path: next.path, attempt: next.attempt }, 'null')
    }
    world.committed = world.journal.length
  }
  throw new Error('The code does not come to an end')
}

function worldOf(luck: readonly number[]): World {
  let at = 0
  return { journal: [], results: new Map(), committed: 0, fetched: [], random: () => (luck[at++ % luck.length] ?? 0) / 1000 }
}

test('code sees the same whenever it is gone through again, however it was interrupted, and nothing that is done is done again', async () => {
  const luck = fc.array(fc.nat(999), { minLength: 30, maxLength: 30 })
  const crashes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(programs, luck, crashes, async (whole, numbers, crashed) => {
      const code = codeFor(whole)
      const world = worldOf(numbers)
      const result = await carryOut(code, world, crashed)

      // Once more with the whole journal: the same result, nothing new, nothing asked of the outside.
      const events = world.journal.length
      const fetched = world.fetched.length
      const log = logFrom(world)
      const wasOpen = log.open.size > 0
      const again = await live(code, world, Infinity)
      expect(again.ended).toEqual({ result })
      if (!wasOpen) expect([world.journal.length, world.fetched.length]).toEqual([events, fetched])
      for (const call of log.ended) expect(getCall(again.log, call.path).endSeq).toBe(call.endSeq)
    }),
    { numRuns: Number(process.env['REPLAY_CASES'] ?? 150), endOnFailure: true },
  )
})
