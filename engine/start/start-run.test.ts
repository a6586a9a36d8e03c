import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    runAction: async () => '"acted"',
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const flow = flowOf({
  act: { after: ['trigger'] },
  answer: { type: 'respond', params: { body: '{{ steps.act }}' }, after: ['act'] },
})

describe('starting under an idempotency key', () => {
  test('twenty starts at once make one run, and all get its answer', async () => {
    const other = createTestEngine(database, { runAction: async () => '"acted"' })
    await other.engine.start()
    const starts = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? it : other).start(flow, { idempotencyKey: 'k1', inputHash: 'h' })),
    )
    expect(new Set(starts.map((one) => one.runId)).size).toBe(1)
    expect(starts.filter((one) => one.created)).toHaveLength(1)
    for (const { reply } of starts) expect(await reply).toMatchObject({ kind: 'respond', body: '"acted"' })
    expect((await database.pool.query('select from engine.history')).rowCount).toBe(1)
    await other.engine.stop(1000)
  })

  test('other input is refused, another flow has its own keys, and a week later the key is free', async () => {
    const first = await it.start(flow, { idempotencyKey: 'k2', inputHash: 'h' })
    await expect(it.start(flow, { idempotencyKey: 'k2', inputHash: 'other' })).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    })
    expect(await it.start(flow, { idempotencyKey: 'k2', flowId: 'flow_other', inputHash: 'h' })).toMatchObject({ created: true })
    await database.pool.query("update engine.idempotency_keys set expires_at = now() - interval '1 s' where key = 'k2'")
    const later = await it.start(flow, { idempotencyKey: 'k2', inputHash: 'other' })
    expect(later.created).toBe(true)
    expect(later.runId).not.toBe(first.runId)
  })
})

test('a webhook’s request is stored once, with the run that refers to it', async () => {
  const trigger = '{"kind":"webhook","body":{"big":12345678901234567890,"b":1,"a":2}}'
  const request = { id: 'req_1', method: 'POST', path: 'orders', remote: '127.0.0.1', sizeBytes: 10 }
  const { runId } = await it.start(
    flowOf({ pass: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } }),
    { trigger, request },
  )
  await it.ended(runId)
  const { rows } = await database.pool.query('select run_id, state, trigger from engine.requests')
  expect(rows).toEqual([{ run_id: runId, state: 'started', trigger }])
  const events = await database.pool.query('select payload from engine.events where run_id = $1 order by seq', [runId])
  expect(events.rows[0]).toEqual({ payload: null })
  // To the letter: neither the number nor the order of the fields has changed.
  expect(events.rows[1]).toEqual({ payload: '{"big":12345678901234567890,"b":1,"a":2}' })
  const text = await it.engine.getRunText(testWorkspace, runId)
  expect(text).toContain(`"trigger":${trigger},"output":{"big":12345678901234567890,"b":1,"a":2}}`)
  expect(await it.engine.getRun(testWorkspace, runId)).toEqual(JSON.parse(text ?? ''))
  const steps = await it.engine.listStepsText(testWorkspace, runId, { limit: 9 })
  expect(steps).toContain('"output":{"big":12345678901234567890,"b":1,"a":2}')
  expect(await it.engine.listSteps(testWorkspace, runId, { limit: 9 })).toEqual(JSON.parse(steps))
})

test('requests that start nothing are kept with the reason', async () => {
  const request = { id: 'req_2', method: 'POST', path: 'orders', remote: '127.0.0.1', sizeBytes: 2 }
  await it.engine.keepRequest({
    ...request,
    workspaceId: testWorkspace,
    flowId: 'flow_test',
    trigger: '{}',
    state: 'kept',
    reason: 'draft',
  })
  const { rows } = await database.pool.query("select state, reason, run_id from engine.requests where id = 'req_2'")
  expect(rows).toEqual([{ state: 'kept', reason: 'draft', run_id: null }])
})

test('the subject names the run in lists, which show the newest first', async () => {
  const named = flowOf({ done: { type: 'set', after: ['trigger'] } }, { subject: 'Order {{ trigger.body.n }}' })
  const ids: string[] = []
  for (const n of [1, 2, 3]) {
    const { runId } = await it.start(named, { flowId: 'flow_named', trigger: JSON.stringify({ body: { n } }) })
    await it.ended(runId)
    ids.unshift(runId)
  }
  const first = await it.engine.listRuns({ workspaceId: testWorkspace, flowId: 'flow_named', limit: 2 })
  expect(first.items.map((run) => [run.id, run.subject])).toEqual([
    [ids[0], 'Order 3'],
    [ids[1], 'Order 2'],
  ])
  const second = await it.engine.listRuns({
    workspaceId: testWorkspace,
    flowId: 'flow_named',
    limit: 2,
    cursor: first.nextCursor ?? '',
  })
  expect(second).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null })
  expect(await it.engine.listRuns({ workspaceId: 'ws_other', limit: 9 })).toEqual({ items: [], nextCursor: null })
  expect(await it.engine.getRun('ws_other', ids[0] ?? '')).toBeUndefined()
})

test('large data is kept apart and comes back to the letter', async () => {
  const body = JSON.stringify({ text: 'ä"\\\u0000\ud800'.repeat(60_000) })
  const { reply } = await it.start(
    flowOf({ pass: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } }),
    { trigger: `{"body":${body}}` },
  )
  expect(await reply).toEqual({ kind: 'ended', status: 'succeeded', output: body })
  expect((await database.pool.query('select from engine.payloads')).rowCount).toBeGreaterThanOrEqual(2)
})
