import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'

let database: TestDatabase
let engines: TestEngine[]

beforeAll(async () => {
  database = await createTestDatabase()
  engines = Array.from({ length: 2 }, () => createTestEngine(database))
  for (const one of engines) await one.engine.start()
})
afterAll(async () => {
  for (const one of engines) await one.engine.stop(1000)
  await database.drop()
})

const pass = { pass: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } }

for (const [what, settings, key] of [
  ['a flow without settings', {}, undefined],
  ['a flow without settings, under a key', {}, 'kept key'],
  ['a flow that limits its runs', { concurrency: { limit: 1 } }, undefined],
  ['a flow that limits its starts', { rateLimit: { limit: 9, per: 'hour' } }, undefined],
] as const) {
  test(`a kept request makes one run of ${what}, however many send it through at once`, async () => {
    const flow = flowOf(pass, settings)
    const [one] = engines
    const trigger = '{"kind":"webhook","body":{"big":12345678901234567890}}'
    const id = `req_${what.length}_${key ?? ''}`
    const request = { id, method: 'POST', path: 'kept', remote: '127.0.0.1', sizeBytes: 2 }
    await one?.engine.keepRequest({
      ...request,
      workspaceId: testWorkspace,
      flowId: 'flow_test',
      trigger,
      state: 'kept',
      reason: 'paused',
    })
    const starts = await Promise.allSettled(
      Array.from({ length: 6 }, async (_, n) => {
        const started = await engines[n % 2]?.start(flow, {
          trigger,
          request: { ...request, isKept: true },
          ...(key === undefined ? {} : { idempotencyKey: key }),
        })
        await started?.durable
        return started
      }),
    )
    const made = starts.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value ? [outcome.value.runId] : []))
    expect(new Set(made).size).toBe(1)
    const run = await one?.ended(made[0] ?? '')
    expect(run).toMatchObject({ status: 'succeeded' })
    expect(await one?.engine.getRunText(testWorkspace, made[0] ?? '')).toContain(`"output":{"big":12345678901234567890}`)
    const { rows } = await database.pool.query('select state, run_id, reason, trigger from engine.requests where id = $1', [id])
    expect(rows).toEqual([{ state: 'started', run_id: made[0], reason: null, trigger }])
    const { rowCount } = await database.pool.query('select from engine.history where request_id = $1', [id])
    expect(rowCount).toBe(1)
  })
}
