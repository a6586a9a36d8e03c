import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Obstacle } from '../engine-api.ts'
import { flowOf, type StepSketch } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, signingKey, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitToken } from '../waits/wait-token.ts'

let database: TestDatabase
let it: TestEngine
let done: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    runAction: async ({ inputText, run }) => {
      done.push(run.path)
      return inputText
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

type Steps = { [id: string]: StepSketch }
const before = {
  a: { params: { n: 1 }, after: ['trigger'] },
  hold: { type: 'waitForCall', after: ['a'] },
  b: { params: { said: '{{ steps.hold.body }}' }, after: ['hold:received'] },
} satisfies Steps

async function waiting(steps: Steps = before, body: unknown = {}): Promise<string> {
  const { runId } = await it.start(flowOf(steps), { trigger: JSON.stringify({ body }) })
  await it.until(runId, (run) => run.status === 'waiting')
  done = []
  return runId
}

async function move(runId: string, steps: Steps, dryRun = false): Promise<Obstacle[]> {
  const planHash = await it.engine.savePlan(flowOf(steps))
  return it.engine.moveRun(testWorkspace, runId, { by: 'user_1', version: 2, planHash, dryRun })
}

const call = (runId: string, path = 'hold') =>
  it.engine.resume(waitToken([signingKey], runId, path), { method: 'POST', headers: {}, query: {}, body: '"go"' })
const codes = (obstacles: Obstacle[]) => obstacles.map(({ code, path }) => `${code} ${path}`)

describe('a waiting run', () => {
  test('goes on with a newer version from where it stands', async () => {
    const runId = await waiting()
    const after = {
      ...before,
      b: { params: { said: '{{ steps.hold.body }}', more: true }, after: ['hold:received'] },
      c: { params: { of: '{{ steps.b.more }}', a: '{{ steps.a.n }}' }, after: ['b'] },
    } satisfies Steps
    expect(await move(runId, after, true)).toEqual([])
    expect((await it.engine.getRun(testWorkspace, runId))?.version).toBe(1)
    expect(await move(runId, after)).toEqual([])
    expect(await it.engine.getRun(testWorkspace, runId)).toMatchObject({
      version: 2,
      status: 'waiting',
      waits: [{ path: 'hold' }],
    })
    expect(await call(runId)).toBe('resumed')
    expect(await it.ended(runId)).toMatchObject({ version: 2, status: 'succeeded', output: { of: true, a: 1 } })
    expect(done).toEqual(['b', 'c'])
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 50 })
    expect(items.map((step) => step.path)).toEqual(['a', 'hold', 'b', 'c'])
  })

  test('is told what stands in the way, and stays as it is', async () => {
    const runId = await waiting()
    const { a, ...withoutA } = before
    expect(codes(await move(runId, { ...withoutA, hold: { type: 'waitForCall', after: ['trigger'] } }))).toEqual(['gone a'])
    expect(codes(await move(runId, { ...before, hold: { type: 'delay', params: { for: '1h' }, after: ['a'] } }))).toEqual([
      'other_type hold',
    ])
    expect(
      codes(await move(runId, { a, n: { after: ['a'] }, hold: { type: 'waitForCall', after: ['n'] }, b: before.b })),
    ).toEqual(['new_before hold'])
    const other = flowOf(before)
    other.plan.triggers = [{ id: 'elsewhere', type: 'manual', name: 'elsewhere', params: {} }]
    const planHash = await it.engine.savePlan(other)
    expect(codes(await it.engine.moveRun(testWorkspace, runId, { by: 'user_1', version: 2, planHash }))).toEqual([
      'no_trigger trigger',
    ])
    expect(await it.engine.getRun(testWorkspace, runId)).toMatchObject({ version: 1, status: 'waiting' })
    await call(runId)
    expect(await it.ended(runId)).toMatchObject({ version: 1, output: { said: 'go' } })
    await expect(move(runId, before)).rejects.toMatchObject({ code: 'run_finished' })
  })

  test('in a loop moves with it as long as the loop holds the same steps', async () => {
    const loop = {
      each: { type: 'forEach', params: { items: '{{ trigger.body.lines }}', concurrency: 2 }, after: ['trigger'] },
      hold: { type: 'waitForCall', after: [], parent: 'each' },
      then: { params: { all: '{{ steps.each.length }}' }, after: ['each'] },
    } satisfies Steps
    const runId = await waiting(loop, { lines: [1, 2, 3] })
    await it.until(runId, (run) => run.waits.length === 2)
    expect(codes(await move(runId, { ...loop, x: { after: ['hold:received'], parent: 'each' } }))).toEqual(['loop_changed each'])
    const slower = { ...loop, each: { ...loop.each, params: { ...loop.each.params, concurrency: 1 } } }
    expect(codes(await move(runId, slower))).toEqual(['differs '])
    const after = { ...loop, then: { params: { count: '{{ steps.each.length }}' }, after: ['each'] } }
    expect(await move(runId, after)).toEqual([])
    for (const item of [0, 1, 2]) await call(runId, `each[${item}]/hold`)
    expect(await it.ended(runId)).toMatchObject({ version: 2, output: { count: 3 } })
  })

  test('is moved by one of many who ask, and goes on once', async () => {
    const runId = await waiting()
    const asked = await Promise.allSettled([move(runId, before), move(runId, before), call(runId), move(runId, before)])
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: { said: 'go' } })
    expect(done).toEqual(['b'])
  })
})

test('a run that is at work is not moved', async () => {
  const gate = Promise.withResolvers<string>()
  await it.engine.stop(1000)
  it = createTestEngine(database, { runAction: () => gate.promise })
  await it.engine.start()
  const { runId, durable } = await it.start(flowOf({ a: { after: ['trigger'] } }))
  await durable
  expect(codes(await move(runId, { a: { after: ['trigger'] }, b: { after: ['a'] } }))).toEqual(['at_work '])
  gate.resolve('1')
  await it.ended(runId)
})
