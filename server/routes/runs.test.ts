import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf } from '../testing/api-of.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const manual = { id: 'start', type: 'manual' }
const double = { id: 'double', type: 'set', params: { values: { n: '{{ trigger.body.n * 2 }}' } } }
const sleeping = { id: 'sleep', type: 'delay', params: { for: '1h' } }
const failing = { id: 'fail', type: 'stop', params: { as: 'failed', message: 'no' } }
const publish = (...nodes: Parameters<typeof chain>) => publishFlow(server, headers, chain(...nodes))
const api = apiOf(
  () => server,
  () => headers,
)

function untilStatus(runId: unknown, status: string) {
  return waitFor(`the run to be ${status}`, async () => {
    const run = await api('GET', `/runs/${String(runId)}`)
    return run.json['status'] === status && run.json
  })
}

describe('starting a run', () => {
  test('gives it its input and, when asked to wait, its output', async () => {
    const { id } = await publish(manual, double)
    const sent = await api('POST', `/flows/${id}/runs`, { input: { n: 21 }, wait: 20.0005 })
    expect(sent.status).toBe(201)
    expect(sent.json).toMatchObject({
      flowId: id,
      version: 1,
      status: 'succeeded',
      triggerId: 'start',
      trigger: { kind: 'manual', body: { n: 21 } },
      output: { n: 42 },
    })
  })

  test('under the same key gives the same run; other input under it is refused', async () => {
    const { id } = await publish(manual, double)
    const all = await Promise.all(
      Array.from({ length: 4 }, () => api('POST', `/flows/${id}/runs`, { input: { n: 1 }, idempotencyKey: 'k' })),
    )
    expect(all.map((sent) => sent.status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201])
    expect(new Set(all.map((sent) => sent.json['id'])).size).toBe(1)
    expect((await api('POST', `/flows/${id}/runs`, { input: { n: 2 }, idempotencyKey: 'k' })).json).toMatchObject({
      status: 422,
      code: 'idempotency_mismatch',
    })
  })

  test('refuses an input that is not what its start asks for, naming each field', async () => {
    const input = { type: 'object', required: ['n'], properties: { n: { type: 'number' }, note: { type: 'string' } } }
    for (const type of ['manual', 'flowCalled']) {
      const { id } = await publish({ ...manual, type, params: { input } }, double)
      expect((await api('POST', `/flows/${id}/runs`, { input: { note: 7 } })).json).toMatchObject({
        status: 422,
        code: 'invalid_request',
        detail: 'The input is not what this start asks for: input.n: Is missing. Fill it in',
        errors: [
          { path: 'input.n', message: 'Is missing. Fill it in' },
          { path: 'input.note', message: 'Must be text' },
        ],
      })
      expect((await api('POST', `/flows/${id}/runs`)).json).toMatchObject({ status: 422, errors: [{ path: 'input' }] })
      expect((await api('GET', `/runs?flowId=${id}`)).json['items']).toEqual([])
      expect((await api('POST', `/flows/${id}/runs`, { input: { n: 1 }, wait: 120 })).json).toMatchObject({ output: { n: 2 } })
    }
  })

  test('runs the draft, or a version that is not live any more', async () => {
    const { id } = await publish(manual, double)
    await api('PATCH', `/flows/${id}/draft`, {
      revision: 1,
      patch: [{ op: 'replace', path: '/nodes/1/params/values/n', value: 'draft' }],
    })
    expect((await api('POST', `/flows/${id}/runs`, { version: 'draft', wait: 120 })).json).toMatchObject({
      version: 'draft',
      output: { n: 'draft' },
    })
    await api('POST', `/flows/${id}/publish`)
    expect((await api('POST', `/flows/${id}/runs`, { version: 1, input: { n: 2 }, wait: 120 })).json).toMatchObject({
      version: 1,
      output: { n: 4 },
    })
  })

  test('says what stands in the way', async () => {
    const { id } = await createFlow(server, headers, chain(manual, { id: 'a', type: 'teleport' }))
    expect((await api('POST', `/flows/${id}/runs`, {})).status).toBe(422)
    expect((await api('POST', `/flows/${id}/runs`, { version: 'draft' })).json).toMatchObject({
      code: 'does_not_compile',
      problems: [{ nodeId: 'a' }],
    })
    const ready = await publish(manual, double)
    expect((await api('POST', `/flows/${ready.id}/runs`, { trigger: 'nobody' })).status).toBe(422)
    expect((await api('POST', `/flows/${ready.id}/runs`, { version: 9 })).status).toBe(404)
  })
})

describe('a run', () => {
  test('shows its steps and log', async () => {
    const { id } = await publish(manual, {
      id: 'say',
      type: 'code',
      params: { code: 'export default async ({ log }) => { log("said", { n: 1 }); return 1 }' },
    })
    const run = await api('POST', `/flows/${id}/runs`, { wait: 120 })
    const steps = await api('GET', `/runs/${String(run.json['id'])}/steps`)
    expect(steps.json['items']).toMatchObject([
      { path: 'say', status: 'succeeded', output: 1, attempts: [{ attempt: 1, outcome: 'succeeded' }] },
    ])
    const logs = await api('GET', `/runs/${String(run.json['id'])}/logs`)
    expect(logs.json['items']).toMatchObject([{ path: 'say', level: 'info', message: 'said' }])
  })

  test('shows them page by page, and refuses a place no page has named', async () => {
    const { id } = await publish(
      manual,
      { id: 'say', type: 'code', params: { code: 'export default ({ log }) => { log("one"); log("two"); log("three") }' } },
      double,
    )
    const run = await api('POST', `/flows/${id}/runs`, { input: { n: 1 }, wait: 120 })
    for (const [list, name, all] of [
      ['logs', 'message', ['one', 'two', 'three']],
      ['steps', 'path', ['say', 'double']],
    ] as const) {
      const path = `/runs/${String(run.json['id'])}/${list}`
      const seen: unknown[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await api('GET', `${path}?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
        seen.push(...(page.json['items'] as { [name: string]: unknown }[]).map((item) => item[name]))
        const next = page.json['nextCursor']
        cursor = typeof next === 'string' ? next : null
      }
      expect(seen).toEqual(all)
      for (const cursor of ['x', '', '1-', '-1', '1e3', '99999999999-1']) {
        expect((await api('GET', `${path}?cursor=${cursor}`)).json).toMatchObject({ status: 422, code: 'invalid_request' })
      }
    }
  })

  test('of many steps is summed up: how many there are of each status, in all and by step', async () => {
    const { id } = await publish(manual, double, failing)
    const run = await api('POST', `/flows/${id}/runs`, { input: { n: 1 }, wait: 120 })
    expect((await api('GET', `/runs/${String(run.json['id'])}/steps/summary`)).json).toEqual({
      total: 2,
      byStatus: { succeeded: 1, failed: 1 },
      byNode: { double: { succeeded: 1 }, fail: { failed: 1 } },
    })
    expect((await api('GET', '/runs/run_none/steps/summary')).status).toBe(404)
  })

  test('is told of as it happens, and from where one left off', async () => {
    const { id } = await publish(manual, double)
    const run = await api('POST', `/flows/${id}/runs`, { input: { n: 1 }, wait: 120 })
    const stream = `/runs/${String(run.json['id'])}/stream`
    const whole = await api('GET', stream)
    expect(whole.headers['content-type']).toBe('text/event-stream')
    const events = whole.text
      .trim()
      .split('\n\n')
      .map((event) =>
        Object.fromEntries(
          event.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        ),
      )
    expect(events.map((event) => event['event'])).toContain('step')
    expect(JSON.parse(events.at(-1)?.['data'] ?? '')).toMatchObject({ id: run.json['id'], status: 'succeeded' })
    // Nothing is left to tell: a browser is told not to come back.
    const rest = await server.send(`/api/v1${stream}`, { headers: { ...headers, 'last-event-id': events.at(-1)?.['id'] ?? '' } })
    expect(rest.status).toBe(204)
  })

  test('stops when it is cancelled, and can’t be stopped twice', async () => {
    const { id } = await publish(manual, sleeping)
    const run = await api('POST', `/flows/${id}/runs`, {})
    await untilStatus(run.json['id'], 'waiting')
    expect((await api('POST', `/runs/${String(run.json['id'])}/cancel`, {})).status).toBe(200)
    await untilStatus(run.json['id'], 'cancelled')
    expect((await api('POST', `/runs/${String(run.json['id'])}/cancel`, {})).status).toBe(409)
  })

  test('that failed can be retried, one that didn’t can’t', async () => {
    const { id } = await publish(manual, failing)
    const run = await api('POST', `/flows/${id}/runs`, { wait: 120 })
    expect(run.json).toMatchObject({ status: 'failed', error: { code: 'stopped' } })
    expect((await api('POST', `/runs/${String(run.json['id'])}/retry`)).status).toBe(200)
    const fine = await publish(manual, double)
    const done = await api('POST', `/flows/${fine.id}/runs`, { input: { n: 1 }, wait: 120 })
    expect((await api('POST', `/runs/${String(done.json['id'])}/retry`)).json).toMatchObject({
      status: 409,
      code: 'run_not_failed',
    })
  })

  test('that waits for a person goes on as they say, once, and the audit log tells who it was', async () => {
    const { id } = await publish(manual, {
      id: 'ask',
      type: 'filter',
      params: { condition: '{{ trigger.body.n.toFixed(999) }}' },
      settings: { onError: 'park' },
    })
    const run = await api('POST', `/flows/${id}/runs`, { input: { n: 1 } })
    await untilStatus(run.json['id'], 'waiting')
    const place = `/runs/${String(run.json['id'])}/steps/${encodeURIComponent('ask')}/resolve`
    expect((await api('POST', place, { action: 'output' })).json).toMatchObject({ status: 422 })
    expect((await api('POST', place, { action: 'perhaps' })).json).toMatchObject({ status: 422 })
    expect((await api('POST', place, { action: 'output', output: { passed: true } })).status).toBe(200)
    expect(await untilStatus(run.json['id'], 'succeeded')).toBeDefined()
    expect((await api('POST', place, { action: 'skip' })).json).toMatchObject({ status: 409, code: 'run_finished' })
    const { rows } = await server.database.pool.query('select action, details from app.audit_log where target = $1', [
      run.json['id'],
    ])
    expect(rows).toEqual([{ action: 'step.resolved', details: { path: 'ask', action: 'output' } }])
  })

  test('can be replayed from a step, with other data, and told of beforehand', async () => {
    const flow = await publish(manual, double, { id: 'again', type: 'set', params: { values: { m: '{{ steps.double.n }}' } } })
    const run = await api('POST', `/flows/${flow.id}/runs`, { input: { n: 1 }, wait: 120 })
    const place = `/runs/${String(run.json['id'])}/replay`
    const told = await api('POST', place, { from: 'again', dryRun: true })
    expect(told.status).toBe(200)
    expect(told.json).toEqual({ kept: ['double'], runs: [{ path: 'again', effect: false }], missing: [] })
    const made = await api('POST', place, { outputs: { double: { n: 7 } } })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({ replayOf: run.json['id'], flowId: flow.id, version: 1 })
    expect(await untilStatus(made.json['id'], 'succeeded')).toMatchObject({ output: { m: 7 } })

    await api('PATCH', `/flows/${flow.id}/draft`, {
      revision: 1,
      patch: [{ op: 'replace', path: '/nodes/2/params/values/m', value: 'new' }],
    })
    await api('POST', `/flows/${flow.id}/publish`)
    const latest = await api('POST', place, { from: ['again'], version: 'latest' })
    expect(await untilStatus(latest.json['id'], 'succeeded')).toMatchObject({ version: 2, output: { m: 'new' } })
    const whole = await api('POST', place, { input: { n: 21 } })
    expect(await untilStatus(whole.json['id'], 'succeeded')).toMatchObject({ trigger: { body: { n: 21 } }, output: { m: 42 } })

    expect((await api('POST', place, { from: 'nobody' })).json).toMatchObject({ status: 422, code: 'invalid_request' })
    expect((await api('POST', place, { version: 'older' })).json).toMatchObject({ status: 422 })
    const { rows } = await server.database.pool.query<{ details: unknown }>(
      "select details from app.audit_log where target = $1 and action = 'run.replayed' order by id",
      [run.json['id']],
    )
    expect(rows.map(({ details }) => details)).toMatchObject([
      { as: made.json['id'], edited: ['double'] },
      { as: latest.json['id'], from: ['again'], version: 'latest' },
      { as: whole.json['id'] },
    ])
  })

  test('that waits can go on with another version, unless something stands in the way', async () => {
    const flow = await publish(manual, sleeping, double)
    const run = await api('POST', `/flows/${flow.id}/runs`, { input: { n: 2 } })
    await untilStatus(run.json['id'], 'waiting')
    const change = async (revision: number, op: object) => {
      await api('PATCH', `/flows/${flow.id}/draft`, { revision, patch: [op] })
      return api('POST', `/flows/${flow.id}/publish`)
    }
    const other = { id: 'sleep', type: 'set', name: 'Sleep', position: { x: 0, y: 0 }, params: { values: { x: 1 } } }
    await change(1, { op: 'replace', path: '/nodes/1', value: other })
    await change(2, { op: 'replace', path: '/nodes/1', value: { ...other, ...sleeping } })
    await change(3, { op: 'replace', path: '/nodes/2/params/values/n', value: 'new' })
    const place = `/runs/${String(run.json['id'])}/move`
    const told = await api('POST', place, { version: 2, dryRun: true })
    expect([told.status, told.json]).toMatchObject([200, { obstacles: [{ path: 'sleep', code: 'other_type' }] }])
    const blocked = await api('POST', place, { version: 2 })
    expect(blocked.json).toMatchObject({ status: 409, code: 'move_blocked', obstacles: [{ path: 'sleep' }] })
    expect((await api('POST', place, { version: 9 })).status).toBe(404)
    expect((await api('POST', place, { version: 4 })).json).toMatchObject({ version: 4, status: 'waiting' })
    await api('POST', `/runs/${String(run.json['id'])}/cancel`, {})
  })

  test('can be dealt with together with many others', async () => {
    const flow = await publish(manual, double)
    for (let n = 0; n < 3; n++) await api('POST', `/flows/${flow.id}/runs`, { input: { n }, wait: 120 })
    const bulk = { action: 'replay', filter: { flowId: flow.id, status: 'succeeded' }, replay: { input: { n: 5 } } }
    expect((await api('POST', '/runs/bulk', { ...bulk, dryRun: true })).json).toEqual({ count: 3 })
    const made = await api('POST', '/runs/bulk', { ...bulk, ratePerSecond: 100 })
    expect([made.status, made.json]).toMatchObject([202, { count: 3 }])
    const state = await waitFor('the bulk action', async () => {
      const { json } = await api('GET', `/runs/bulk/${String(made.json['id'])}`)
      return json['status'] === 'finished' && json
    })
    expect(state).toMatchObject({ action: 'replay', count: 3, handled: 3, outcomes: { done: 3 }, errors: [] })
    expect((await api('POST', '/runs/bulk', { action: 'move', filter: { flowId: flow.id } })).status).toBe(422)
    expect((await api('POST', '/runs/bulk', { action: 'retry', filter: { colour: 'red' } })).status).toBe(422)
    expect((await api('GET', '/runs/bulk/bulk_0')).status).toBe(404)
    const { rows } = await server.database.pool.query('select action from app.audit_log where target = $1', [made.json['id']])
    expect(rows).toEqual([{ action: 'runs.bulk' }])
  })

  test('of somebody else is not there for a key that may only see its own', async () => {
    const { id } = await publish(manual, double)
    const mine = await server.makeKey(['run'])
    const theirs = await server.makeKey(['run'])
    const run = await api('POST', `/flows/${id}/runs`, { input: { n: 1 }, wait: 120 }, mine)
    for (const path of ['', '/steps', '/logs', '/stream']) {
      expect((await api('GET', `/runs/${String(run.json['id'])}${path}`, undefined, mine)).status).toBe(200)
      expect((await api('GET', `/runs/${String(run.json['id'])}${path}`, undefined, theirs)).status).toBe(404)
    }
    expect((await api('GET', '/runs', undefined, theirs)).json['items']).toEqual([])
    expect((await api('GET', '/runs', undefined, mine)).json['items']).toMatchObject([{ id: run.json['id'] }])
  })

  test('of another workspace is not there', async () => {
    const { id } = await publish(manual, sleeping)
    const run = await api('POST', `/flows/${id}/runs`, {})
    const strangers = await server.makeKey(['admin'], await server.makeWorkspace())
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/steps'],
      ['GET', '/logs'],
      ['GET', '/stream'],
      ['POST', '/cancel'],
      ['POST', '/retry'],
      ['POST', '/steps/sleep/resolve'],
      ['POST', '/replay'],
      ['POST', '/move'],
    ] as const)
      expect(
        (
          await api(
            method,
            `/runs/${String(run.json['id'])}${path}`,
            method === 'POST' ? { action: 'skip', version: path === '/move' ? 2 : undefined } : undefined,
            strangers,
          )
        ).status,
      ).toBe(404)
    expect((await untilStatus(run.json['id'], 'waiting'))['status']).toBe('waiting')
  })
})

test('the process says how it is', async () => {
  expect((await server.send('/healthz')).status).toBe(200)
  expect((await server.send('/readyz')).status).toBe(200)
  const metrics = await server.send('/metrics')
  expect(metrics.text).toMatch(/^holdfast_engine_commits_total \d+$/m)
  expect((await server.send('/metrics', { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(401)
  expect(
    (await server.send('/metrics', { headers: { 'x-forwarded-for': '203.0.113.7', ...(await server.makeKey(['read'])) } }))
      .status,
  ).toBe(403)
  expect((await server.send('/metrics', { headers: { 'x-forwarded-for': '203.0.113.7', ...headers } })).status).toBe(200)
})
