import { AppError } from '#shared/errors.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActionCall } from '../ports.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
let calls: ActionCall[] = []
let behave: (call: ActionCall) => Promise<string> = async () => '{}'

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    runAction: (call) => {
      calls.push(call)
      return behave(call)
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const down = () => Promise.reject(new AppError('http_error', 'It answered 503', { status: 503 }))
const stepsOf = async (runId: string) => (await it.engine.listSteps(testWorkspace, runId, { limit: 50 })).items
const patient = { maxAttempts: 3, minDelayMs: 60_000, maxDelayMs: 3_600_000 }

describe('a step that fails', () => {
  test('is tried again by its policy, with the same input and key, the run waiting in the database', async () => {
    calls = []
    behave = (call) => (call.attempt < 3 ? down() : Promise.resolve('"done"'))
    const { runId } = await it.start(flowOf({ act: { params: { at: '{{ now }}' }, after: ['trigger'], retry: patient } }))
    for (const delayMs of [60_000, 120_000]) {
      const run = await it.until(runId, (one) => one.status === 'waiting')
      expect(run.waits).toMatchObject([{ kind: 'retry', path: 'act' }])
      it.clock.advance(delayMs)
      await it.until(runId, (one) => one.status !== 'waiting' || one.waits[0]?.until !== run.waits[0]?.until)
    }
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 'done' })
    expect(calls.map((call) => call.attempt)).toEqual([1, 2, 3])
    expect(new Set(calls.map((call) => call.inputText)).size).toBe(1)
    expect(new Set(calls.map((call) => call.idempotencyKey))).toEqual(new Set([`${runId}:act`]))
    const [step] = await stepsOf(runId)
    expect(step?.attempts.map((one) => one.outcome)).toEqual(['failed', 'failed', 'succeeded'])
  })

  test('waits as long as the other side asks', async () => {
    behave = (call) =>
      call.attempt === 1
        ? Promise.reject(new AppError('http_error', '429', { status: 429, retryAfterMs: 7_200_000 }))
        : Promise.resolve('1')
    const { runId } = await it.start(flowOf({ act: { after: ['trigger'] } }))
    const run = await it.until(runId, (one) => one.status === 'waiting')
    const [wait] = run.waits
    expect(Date.parse(String(wait?.until)) - Date.parse(String(wait?.since))).toBeGreaterThan(7_100_000)
    it.clock.advance(7_200_000)
    expect(await it.ended(runId)).toMatchObject({ output: 1 })
  })

  test('is not tried again when that can’t help', async () => {
    calls = []
    behave = () => Promise.reject(new AppError('http_error', 'It answered 404', { status: 404, retryable: false }))
    const { reply } = await it.start(flowOf({ act: { after: ['trigger'] } }))
    expect(await reply).toMatchObject({
      kind: 'ended',
      status: 'failed',
      error: { code: 'http_error', nodeId: 'act', attempt: 1, status: 404 },
    })
    expect(calls).toHaveLength(1)
  })

  test('can be passed over, or send the run another way', async () => {
    behave = () => Promise.reject(new AppError('http_error', 'no', { retryable: false }))
    const go = await it.start(
      flowOf({
        act: { after: ['trigger'], onError: 'continue' },
        then: { type: 'set', params: { values: { saw: '{{ steps.act.error.code }}' } }, after: ['act'] },
      }),
    )
    expect(await go.reply).toMatchObject({ status: 'succeeded', output: '{"saw":"http_error"}' })
    const route = await it.start(
      flowOf({
        act: { after: ['trigger'], onError: 'route' },
        good: { type: 'set', after: ['act'] },
        bad: { type: 'set', params: { values: { saw: '{{ steps.act.error.message }}' } }, after: ['act:error'] },
      }),
    )
    expect(await route.reply).toMatchObject({ output: '{"saw":"no"}' })
  })

  test('can leave the run waiting for a person', async () => {
    behave = () => Promise.reject(new AppError('http_error', 'no', { retryable: false }))
    const { runId } = await it.start(flowOf({ act: { after: ['trigger'], onError: 'park' } }))
    const run = await it.until(runId, (one) => one.status === 'waiting')
    expect(run.waits).toMatchObject([{ kind: 'attention', path: 'act' }])
  })

  test('takes no longer than it may', async () => {
    behave = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const { reply } = await it.start(flowOf({ act: { after: ['trigger'], timeoutMs: 30, retry: { maxAttempts: 1 } } }))
    expect(await reply).toMatchObject({ status: 'failed', error: { code: 'timeout' } })
  })

  test('fails by an expression that can’t be worked out', async () => {
    const { reply } = await it.start(
      flowOf({ act: { type: 'set', params: { values: '{{ trigger.body.n.toFixed(999) }}' }, after: ['trigger'] } }),
    )
    expect(await reply).toMatchObject({ status: 'failed', error: { code: 'expression_error', nodeId: 'act' } })
  })
})

describe('a failed run', () => {
  test('lets what is under way end, starts nothing new, and goes on where it failed when it is retried', async () => {
    calls = []
    let works = false
    const gate = Promise.withResolvers<string>()
    behave = ({ run }) => {
      if (run.nodeId === 'bad')
        return works
          ? Promise.resolve('"now"')
          : Promise.reject(new AppError('http_error', 'no', { retryable: false, status: 400 }))
      return run.nodeId === 'slow' ? gate.promise : Promise.resolve('"ok"')
    }
    const { runId } = await it.start(
      flowOf({
        first: { after: ['trigger'] },
        bad: { after: ['first'] },
        slow: { after: ['first'] },
        afterSlow: { after: ['slow'] },
        last: { params: { saw: '{{ steps.first }}' }, after: ['bad', 'afterSlow'] },
      }),
    )
    await waitFor('the failure', async () => (await stepsOf(runId)).some((step) => step.status === 'failed') || undefined)
    gate.resolve('"slow"')
    expect(await it.ended(runId)).toMatchObject({ status: 'failed', error: { path: 'bad' } })
    expect(calls.map((call) => call.run.nodeId)).toEqual(['first', 'bad', 'slow'])

    works = true
    await it.engine.retryRun(testWorkspace, runId, 'user_1')
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 'ok' })
    expect(calls.at(-1)?.input).toEqual({ saw: 'ok' })
    expect(calls.map((call) => call.run.nodeId).toSorted()).toEqual(['afterSlow', 'bad', 'bad', 'first', 'last', 'slow'])
    const bad = calls.filter((call) => call.run.nodeId === 'bad')
    expect(bad.map((call) => call.idempotencyKey)).toEqual([`${runId}:bad`, `${runId}:bad:2`])
    await expect(it.engine.retryRun(testWorkspace, runId, 'user_1')).rejects.toMatchObject({ code: 'run_not_failed' })
  })

  test('keeps its open waits for a retry', async () => {
    const { runId } = await it.start(
      flowOf({
        hold: { type: 'waitForCall', after: ['trigger'] },
        bad: { type: 'filter', params: { condition: '{{ trigger.body.n.toFixed(999) }}' }, after: ['trigger'] },
      }),
    )
    await it.ended(runId)
    expect((await database.pool.query('select kind from engine.waits where run_id = $1', [runId])).rows).toEqual([
      { kind: 'call' },
    ])
  })
})
