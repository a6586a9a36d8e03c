import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import type { Compiled } from '../engine-api.ts'
import { createTestEngine, mustStart, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database)
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

/** What a run costs. An engine also looks around now and then, so it is the least that one of several costs. */
async function leastOf(flow: Compiled, trigger: string, reply: object) {
  const planHash = await it.engine.savePlan(flow)
  const start = { workspaceId: testWorkspace, flowId: 'flow_a', version: 1, planHash, triggerId: 'trigger', trigger }
  const costs: { commits: number; statements: number }[] = []
  let runId = ''
  for (let n = 0; n < 5; n++) {
    const before = await it.engine.metrics()
    const started = mustStart(await it.engine.startRun(start))
    expect(await started.reply).toMatchObject(reply)
    runId = started.runId
    const after = await it.engine.metrics()
    costs.push({ commits: after.commits - before.commits, statements: after.statements - before.statements })
  }
  return {
    runId,
    commits: Math.min(...costs.map(({ commits }) => commits)),
    statements: Math.min(...costs.map(({ statements }) => statements)),
  }
}

describe('a run from beginning to end', () => {
  const orders = flowOf({
    price: { type: 'set', params: { values: { total: '{{ trigger.body.n * 7 }}' } }, after: ['trigger'] },
    big: { type: 'branch', params: { condition: '{{ steps.price.total > 10 }}' }, after: ['price'] },
    charge: { type: 'test.act', params: { amount: '{{ steps.price.total }}' }, after: ['big:true'] },
    skip: { type: 'set', params: { values: {} }, after: ['big:false'] },
    answer: { type: 'respond', params: { status: 201, body: '{{ steps.charge }}' }, after: ['charge', 'skip'] },
  })

  test('goes through its steps, answers its caller and keeps what happened', async () => {
    const started = await it.start(orders, { trigger: '{"body":{"n":3}}' })
    expect(await started.reply).toEqual({ kind: 'respond', status: 201, headers: {}, body: '{"amount":21}' })

    const run = await it.ended(started.runId)
    expect(run).toMatchObject({
      status: 'succeeded',
      output: { amount: 21 },
      trigger: { body: { n: 3 } },
      waits: [],
      error: null,
    })
    const { items } = await it.engine.listSteps(testWorkspace, started.runId, { limit: 50 })
    expect(items.map(({ path, status, input, output, handle }) => ({ path, status, input, output, handle }))).toEqual([
      { path: 'price', status: 'succeeded', input: { values: { total: 21 } }, output: { total: 21 }, handle: 'out' },
      {
        path: 'big',
        status: 'succeeded',
        input: { condition: '{{ steps.price.total > 10 }}' },
        output: { result: true },
        handle: 'true',
      },
      { path: 'charge', status: 'succeeded', input: { amount: 21 }, output: { amount: 21 }, handle: 'out' },
      {
        path: 'answer',
        status: 'succeeded',
        input: { status: 201, body: { amount: 21 } },
        output: { sent: true },
        handle: 'out',
      },
      { path: 'skip', status: 'skipped', input: null, output: null, handle: null },
    ])
  })

  test('is one statement when nothing in it has an effect', async () => {
    const pure = flowOf({
      price: { type: 'set', params: { values: { total: '{{ trigger.body.n * 7 }}' } }, after: ['trigger'] },
      answer: { type: 'respond', params: { body: '{{ steps.price.total }}' }, after: ['price'] },
    })
    // The count of runs that `metrics` itself asks for is the other statement.
    const { runId, ...least } = await leastOf(pure, '{"body":{"n":2}}', { kind: 'respond', body: '14' })
    expect(least).toEqual({ commits: 1, statements: 2 })
    expect(await it.engine.getRun(testWorkspace, runId)).toMatchObject({ status: 'succeeded', output: { total: 14 } })
  })

  test('takes at most six commits for five effects', async () => {
    const five = flowOf(
      Object.fromEntries(
        [1, 2, 3, 4, 5].map((n) => [`s${n}`, { type: 'test.act', params: { n }, after: [n === 1 ? 'trigger' : `s${n - 1}`] }]),
      ),
    )
    const { commits } = await leastOf(five, '{}', { kind: 'ended', status: 'succeeded', output: '{"n":5}' })
    expect(commits).toBeLessThanOrEqual(6)
  })
})
