import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { ActionCall } from '../ports.ts'
import { flowOf, type StepSketch } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let calls: ActionCall[] = []
let act: (call: ActionCall) => Promise<string>

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    runAction: (call) => {
      calls.push(call)
      return act(call)
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const refuse = () => Promise.reject(new AppError('http_error', 'no', { retryable: false, status: 402 }))
const by = 'user_1'
const resolve = (runId: string, path: string, how: 'retry' | 'skip' | 'output', output?: string) =>
  it.engine.resolveStep(testWorkspace, runId, path, { by, action: how, ...(output === undefined ? {} : { output }) })

async function parked(steps: { [id: string]: StepSketch }, body: unknown = {}): Promise<string> {
  act = refuse
  calls = []
  const { runId } = await it.start(flowOf(steps), { trigger: JSON.stringify({ body }) })
  await it.until(runId, (run) => run.waits.some((wait) => wait.kind === 'attention'))
  return runId
}

const steps = {
  charge: { params: { n: 1 }, after: ['trigger'], onError: 'park' },
  then: { type: 'set', params: { values: { got: '{{ steps.charge }}' } }, after: ['charge'] },
} satisfies { [id: string]: StepSketch }

describe('a parked step', () => {
  test('is tried again with the same input and a new key, because the other side had answered', async () => {
    const runId = await parked(steps)
    act = async () => '"done"'
    await resolve(runId, 'charge', 'retry')
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: { got: 'done' } })
    expect(calls.map((call) => call.idempotencyKey)).toEqual([`${runId}:charge`, `${runId}:charge:2`])
    expect(new Set(calls.map((call) => call.inputText)).size).toBe(1)
    expect(calls[1]?.attempt).toBe(1)
  })

  test('is passed over, and with it what only follows from it', async () => {
    const runId = await parked({ ...steps, other: { type: 'set', params: { values: { x: 1 } }, after: ['trigger'] } })
    await resolve(runId, 'charge', 'skip')
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: { x: 1 } })
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 50 })
    expect(items.map((step) => [step.path, step.status]).toSorted()).toEqual([
      ['charge', 'skipped'],
      ['other', 'succeeded'],
      ['then', 'skipped'],
    ])
  })

  test('goes on with the output it is given, to the letter', async () => {
    const runId = await parked(steps)
    await resolve(runId, 'charge', 'output', '{"id":12345678901234567890,"b":1,"a":2}')
    await it.ended(runId)
    expect(await it.engine.getRunText(testWorkspace, runId)).toContain('"output":{"got":{"id":12345678901234567890,"b":1,"a":2}}')
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 50 })
    expect(items[0]).toMatchObject({ path: 'charge', status: 'succeeded', error: null })
  })

  test('with exits is left by the one its output speaks of', async () => {
    const flow = {
      ask: { type: 'branch', params: { condition: '{{ trigger.body.n.toFixed(999) }}' }, after: ['trigger'], onError: 'park' },
      yes: { type: 'set', params: { values: { said: 'yes' } }, after: ['ask:true'] },
      no: { type: 'set', params: { values: { said: 'no' } }, after: ['ask:false'] },
    } satisfies { [id: string]: StepSketch }
    const runId = await parked(flow, { n: 1 })
    await expect(resolve(runId, 'ask', 'output', '{}')).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(resolve(runId, 'ask', 'output')).rejects.toMatchObject({ code: 'invalid_request' })
    await resolve(runId, 'ask', 'output', '{"result":false}')
    expect(await it.ended(runId)).toMatchObject({ output: { said: 'no' } })
  })

  test('that fails again waits again, and can be settled again', async () => {
    const runId = await parked(steps)
    await resolve(runId, 'charge', 'retry')
    await it.until(runId, (run) => calls.length === 2 && run.waits.some((wait) => wait.kind === 'attention'))
    act = async () => '"at last"'
    await resolve(runId, 'charge', 'retry')
    expect(await it.ended(runId)).toMatchObject({ output: { got: 'at last' } })
    expect(calls.map((call) => call.idempotencyKey.slice(runId.length))).toEqual([':charge', ':charge:2', ':charge:3'])
  })

  test('of an item is settled without the others noticing', async () => {
    const runId = await parked(
      {
        each: { type: 'forEach', params: { items: '{{ trigger.body.lines }}', concurrency: 3 }, after: ['trigger'] },
        charge: { params: { n: '{{ item }}' }, after: [], parent: 'each', onError: 'park' },
      },
      { lines: [1, 2, 3] },
    )
    await it.until(runId, (run) => run.waits.length === 3)
    act = async ({ inputText }) => inputText
    await resolve(runId, 'each[2]/charge', 'retry')
    await resolve(runId, 'each[0]/charge', 'skip')
    await resolve(runId, 'each[1]/charge', 'output', '"by hand"')
    expect(await it.ended(runId)).toMatchObject({ output: [null, 'by hand', { n: 3 }] })
  })

  test('is settled once, whoever asks and however often', async () => {
    const runId = await parked(steps)
    act = async () => '"x"'
    const asked = await Promise.allSettled([
      resolve(runId, 'charge', 'output', '1'),
      resolve(runId, 'charge', 'output', '2'),
      resolve(runId, 'charge', 'skip'),
      resolve(runId, 'charge', 'retry'),
    ])
    expect(asked.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of asked) if (one.status === 'rejected') expect(['already_settled', 'run_finished']).toContain(one.reason.code)
    await it.ended(runId)
    await expect(resolve(runId, 'charge', 'skip')).rejects.toMatchObject({ code: 'run_finished' })
  })

  test('settled while no worker is there goes on as asked as soon as one is', async () => {
    const runId = await parked(steps)
    await it.engine.stop(1000)
    const web = createTestEngine(database, { role: 'web', clock: it.clock })
    await web.engine.start()
    await web.engine.resolveStep(testWorkspace, runId, 'charge', { by, action: 'output', output: '"meanwhile"' })
    await expect(web.engine.resolveStep(testWorkspace, runId, 'charge', { by, action: 'skip' })).rejects.toMatchObject({
      code: 'already_settled',
    })
    await web.engine.stop(100)
    it = createTestEngine(database, {
      clock: it.clock,
      runAction: (call) => {
        calls.push(call)
        return act(call)
      },
    })
    await it.engine.start()
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: { got: 'meanwhile' } })
  })

  test('can’t be settled when it isn’t one', async () => {
    const runId = await parked({ ...steps, fine: { type: 'set', after: ['trigger'] } })
    await expect(resolve(runId, 'fine', 'skip')).rejects.toMatchObject({ code: 'already_settled' })
    await expect(resolve(runId, 'nobody', 'skip')).rejects.toMatchObject({ code: 'not_found' })
    await expect(resolve('run_0', 'charge', 'skip')).rejects.toMatchObject({ code: 'not_found' })
    await it.engine.cancelRun(testWorkspace, runId, by, 'now')
    await expect(resolve(runId, 'charge', 'skip')).rejects.toMatchObject({ code: 'run_finished' })
  })

  test('that is a loop whose rounds have run can be skipped or given an output, not tried again', async () => {
    const runId = await parked(
      {
        each: { type: 'forEach', params: { items: '{{ trigger.body.lines }}' }, after: ['trigger'], onError: 'park' },
        charge: { params: { n: '{{ item }}' }, after: [], parent: 'each' },
        then: { type: 'set', params: { values: { got: '{{ steps.each }}' } }, after: ['each'] },
      },
      { lines: [1, 2] },
    )
    await expect(resolve(runId, 'each', 'retry')).rejects.toMatchObject({ code: 'invalid_request' })
    await resolve(runId, 'each', 'output', '["a","b"]')
    expect(await it.ended(runId)).toMatchObject({ output: { got: ['a', 'b'] } })
  })
})

describe('a step that must not act twice', () => {
  const once = { act: { after: ['trigger'], delivery: 'atMostOnce', onError: 'park' } } satisfies { [id: string]: StepSketch }

  test('is tried again only while nothing can have been sent', async () => {
    calls = []
    const gone = new AppError('network_error', 'refused', { beforeSending: true })
    const fetches = [gone, gone, new AppError('network_error', 'it broke off')]
    const own = createTestEngine(database, {
      clock: it.clock,
      fetch: () => Promise.reject(fetches.shift() ?? new Error('too many')),
      runAction: async (call) => {
        calls.push(call)
        await call.fetch({ url: 'http://x', method: 'POST', headers: [] })
        return '1'
      },
    })
    await it.engine.stop(1000)
    await own.engine.start()
    const { runId } = await own.start(flowOf({ act: { ...once.act, retry: { maxAttempts: 9, minDelayMs: 1, maxDelayMs: 1 } } }))
    await own.until(runId, (run) => run.waits.some((wait) => wait.kind === 'attention'))
    expect(calls).toHaveLength(3)
    await own.engine.stop(1000)
    it = createTestEngine(database, {
      clock: it.clock,
      runAction: (call) => {
        calls.push(call)
        return act(call)
      },
    })
    await it.engine.start()
  })

  test('is in doubt when its worker is lost, and is settled once that worker can’t be acting any more', async () => {
    const first = createTestEngine(database, { clock: it.clock, runAction: () => new Promise(() => undefined) })
    await it.engine.stop(1000)
    await first.engine.start()
    const { runId } = await first.start(flowOf(once))
    await first.until(runId, (run) => run.status === 'running')
    // Handing over ends the attempt without an outcome.
    await first.engine.stop(50)
    calls = []
    act = async () => '"again"'
    it = createTestEngine(database, {
      clock: first.clock,
      runAction: (call) => {
        calls.push(call)
        return act(call)
      },
    })
    await it.engine.start()
    await it.until(runId, (run) => run.waits.some((wait) => wait.kind === 'inDoubt'))
    await expect(resolve(runId, 'act', 'retry')).rejects.toMatchObject({ code: 'in_doubt' })
    it.clock.advance(60_000)
    await resolve(runId, 'act', 'retry')
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 'again' })
    expect(calls.map((call) => call.idempotencyKey)).toEqual([`${runId}:act`])
  })
})

describe('cancelling', () => {
  test('after the step lets what is under way finish, starts nothing more and wins over a failure', async () => {
    calls = []
    const gate = Promise.withResolvers<string>()
    act = () => gate.promise
    const { runId } = await it.start(flowOf({ a: { after: ['trigger'] }, b: { after: ['a'] } }))
    await it.until(runId, () => calls.length === 1)
    await it.engine.cancelRun(testWorkspace, runId, by, 'afterStep')
    expect((await it.engine.getRun(testWorkspace, runId))?.status).toBe('running')
    gate.resolve('"ended"')
    expect(await it.ended(runId)).toMatchObject({ status: 'cancelled' })
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 50 })
    expect(items.map((step) => [step.path, step.status])).toEqual([
      ['a', 'succeeded'],
      ['b', 'cancelled'],
    ])
    expect(calls).toHaveLength(1)
  })

  test('says so when the run ended by itself in the very moment', async () => {
    act = async () => '1'
    const outcomes = new Set<string>()
    for (let n = 0; n < 25; n++) {
      const { runId, durable } = await it.start(flowOf({ a: { after: ['trigger'] }, b: { after: ['a'] } }))
      await durable
      const said = await it.engine.cancelRun(testWorkspace, runId, by, 'now').then(
        () => 'cancelled',
        (error: { code: string }) => error.code,
      )
      const run = await it.ended(runId)
      outcomes.add(said)
      expect(said).toBe(run.status === 'cancelled' ? 'cancelled' : 'run_finished')
    }
    expect(outcomes.size).toBeGreaterThan(0)
  })
})
