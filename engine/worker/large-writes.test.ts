import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { poolThrough } from '../testing/pool-through.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
/** How much the largest statement carried. */
let most = 0

beforeAll(async () => {
  database = await createTestDatabase()
  const pool = poolThrough(database.pool, () => (send, _text, values) => {
    const size = values.reduce<number>((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0)
    most = Math.max(most, size)
    return send()
  })
  it = createTestEngine({ url: database.url, pool })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})
beforeEach(() => {
  most = 0
})

const mebi = 1024 ** 2
const large = 'x'.repeat(4 * mebi)
// What one statement may carry, and the run that goes over that.
const bound = 16 * mebi + 3 * large.length

test('what many runs write at once goes out in portions that a statement can carry', async () => {
  const flow = flowOf({ same: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } })
  const trigger = JSON.stringify({ body: large })
  const runs = await Promise.all(Array.from({ length: 8 }, () => it.start(flow, { trigger, isAwaited: true })))
  for (const { reply } of runs) expect(await reply).toMatchObject({ status: 'succeeded' })
  expect(most).toBeGreaterThan(large.length)
  expect(most).toBeLessThan(bound)
})

test('a run that has much to write goes on once that is written', async () => {
  const same = (before: string) => ({ type: 'output', params: { value: '{{ trigger.body }}' }, after: [before] })
  const side = Array.from({ length: 6 }, (_, n) => [`side${n}`, same('trigger')] as const)
  const long = Array.from({ length: 6 }, (_, n) => [`long${n}`, same(n === 0 ? 'trigger' : `long${n - 1}`)] as const)
  const run = await it.start(flowOf(Object.fromEntries([...side, ...long])), { trigger: JSON.stringify({ body: large }) })
  expect(await run.reply).toMatchObject({ status: 'succeeded' })
  expect(most).toBeGreaterThan(large.length)
  expect(most).toBeLessThan(bound)
})
