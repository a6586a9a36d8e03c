import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { poolThrough } from '../testing/pool-through.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
/** What was asked for when the connection broke. */
const broken: string[] = []
let breaksAt: RegExp | undefined

beforeAll(async () => {
  database = await createTestDatabase()
  const pool = poolThrough(database.pool, () => (send, text) => {
    if (!breaksAt?.test(text)) return send()
    breaksAt = undefined
    broken.push(text)
    return Promise.reject(new Error('Connection terminated unexpectedly'))
  })
  it = createTestEngine({ url: database.url, pool })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

test('an answer that can’t be read as the run ends, because a connection breaks, is read again', async () => {
  const flow = flowOf({
    answer: { type: 'output', params: { value: '{{ trigger.body.n * 2 }}' }, after: ['trigger'] },
    sleep: { type: 'delay', params: { for: '1h' }, after: ['answer'] },
  })
  const run = await it.start(flow, { isAwaited: true })
  const { reply } = run
  await it.until(run.runId, ({ status }) => status === 'waiting')
  // That which looks for payloads of events, and nothing before it.
  breaksAt = /coalesce\(e\.payload, p\.body\) as payload/
  it.clock.advance(3_600_000)
  expect(await reply).toEqual({ kind: 'ended', status: 'succeeded', output: '2' })
  expect(broken).toHaveLength(1)
})
