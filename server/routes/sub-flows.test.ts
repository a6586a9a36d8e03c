import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
const called = { id: 'start', type: 'flowCalled' }
const double = { id: 'twice', type: 'output', params: { value: '{{ trigger.body.n * 2 }}' } }
const asking = (flowId: string, params = {}) => ({
  id: 'ask',
  type: 'callFlow',
  params: { flowId, input: { n: '{{ trigger.body.n }}' }, ...params },
})
const failing = { id: 'fail', type: 'stop', params: { as: 'failed', message: 'no' } }
const api = apiOf(
  () => server,
  () => headers,
)
const run = async (flowId: string, body = {}) =>
  (await api('POST', `/flows/${flowId}/runs`, { input: { n: 21 }, wait: 120, ...body })).json

test('a published flow runs another one’s live version, and both runs show it', async () => {
  const child = await publishFlow(server, headers, chain(called, double))
  const parent = await publishFlow(server, headers, chain(manual, asking(child.id)))
  const done = await run(parent.id)
  expect(done).toMatchObject({ status: 'succeeded', output: 42, parent: null })
  const { items } = (await api('GET', `/runs/${String(done['id'])}/steps`)).json as { items: { childRunId: string }[] }
  expect(items).toMatchObject([{ path: 'ask', status: 'succeeded', output: 42 }])
  expect((await api('GET', `/runs/${items[0]?.childRunId}`)).json).toMatchObject({
    flowId: child.id,
    version: 1,
    parent: done['id'],
    trigger: { kind: 'flowCalled', body: { n: 21 } },
  })
})

test('a draft runs the other one’s draft, as it is now', async () => {
  const child = await createFlow(server, headers, chain(called, double))
  const parent = await createFlow(server, headers, chain(manual, asking(child.id)))
  expect(await run(parent.id, { version: 'draft' })).toMatchObject({ status: 'succeeded', output: 42 })
  const { json } = await api('GET', `/flows/${child.id}`)
  const triple = { ...double, params: { value: '{{ trigger.body.n * 3 }}' } }
  await api('PUT', `/flows/${child.id}/draft`, { document: chain(called, triple), revision: json['revision'] })
  expect(await run(parent.id, { version: 'draft' })).toMatchObject({ status: 'succeeded', output: 63 })
  await api('PATCH', `/flows/${child.id}/draft`, {
    revision: Number(json['revision']) + 1,
    patch: [{ op: 'replace', path: '/nodes/1/params/value', value: '{{ oh no }}' }],
  })
  expect(await run(parent.id, { version: 'draft' })).toMatchObject({
    status: 'failed',
    error: { code: 'invalid_input', message: expect.stringContaining('can’t be run yet') },
  })
})

test('a step that runs another flow is tested with that one’s draft', async () => {
  const child = await createFlow(server, headers, chain(called, double))
  const broken = await createFlow(server, headers, chain(called, failing))
  const testOf = async (flowId: string, params = {}) => {
    const document = chain(manual, asking(flowId, params))
    const parent = await createFlow(server, headers, document)
    const body = { document, stepId: 'ask', input: { trigger: { body: { n: 4 } } } }
    return (await api('POST', `/flows/${parent.id}/test-step`, body)).json
  }
  expect(await testOf(child.id)).toMatchObject({ status: 'succeeded', output: 8 })
  expect(await testOf(child.id, { wait: false })).toMatchObject({ status: 'succeeded', output: { runId: expect.any(String) } })
  expect(await testOf(broken.id)).toMatchObject({
    status: 'failed',
    error: { code: 'flow_failed', message: expect.stringContaining('no') },
  })
  expect(await testOf('flow_nowhere')).toMatchObject({ status: 'failed', error: { code: 'invalid_input' } })
})

test('a flow that can’t be run is warned of before, and named when it comes to it', async () => {
  const child = await createFlow(server, headers, chain(called, double))
  const hooked = await publishFlow(server, headers, chain({ id: 'hook', type: 'webhook' }, { ...failing }))
  const foreign = await createFlow(server, await server.makeKey(['admin'], await server.makeWorkspace()), chain(called, double))
  const problemsOf = async (flowId: string) => {
    const parent = await publishFlow(server, headers, chain(manual, asking(flowId)))
    const { problems } = (await api('POST', `/flows/${parent.id}/validate`)).json as { problems: { message: string }[] }
    const { error } = await run(parent.id)
    return { problems, error, parent }
  }
  const unpublished = await problemsOf(child.id)
  expect(unpublished.problems).toMatchObject([
    { severity: 'warning', nodeId: 'ask', param: 'flowId', message: expect.stringContaining('isn’t published') },
  ])
  expect(unpublished.error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('isn’t published') })
  for (const id of [foreign.id, 'flow_nowhere']) {
    const none = await problemsOf(id)
    expect(none.problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('is not there') }])
    expect(none.error).toMatchObject({ code: 'invalid_input', message: `There is no flow ${id}. Choose another one.` })
  }
  const startless = await problemsOf(hooked.id)
  expect(startless.problems).toMatchObject([{ message: expect.stringContaining('has no start for that') }])
  expect(startless.error).toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('can’t be run by another one'),
  })

  await api('POST', `/flows/${child.id}/publish`)
  expect(await run(unpublished.parent.id)).toMatchObject({ status: 'succeeded', output: 42 })
  await api('POST', `/flows/${child.id}/disable`)
  expect((await run(unpublished.parent.id))['error']).toMatchObject({ message: expect.stringContaining('turned off') })
})

test('what deals with failures runs once for each, for flows that are on', async () => {
  const noting = { id: 'note', type: 'output', params: { value: '{{ trigger.body }}' } }
  const failed = { id: 'failed', type: 'flowFailed' }
  const alarm = await publishFlow(server, headers, chain({ ...manual }, noting))
  const shop = await publishFlow(server, headers, {
    ...chain(manual, failing),
    settings: { onFailure: { flowId: alarm.id } },
  })
  const listening = await publishFlow(server, headers, chain({ ...failed, params: { flowIds: [shop.id] } }, noting))
  const off = await publishFlow(server, headers, chain(failed, noting))
  await api('POST', `/flows/${off.id}/disable`)
  const done = await run(shop.id)
  expect(done).toMatchObject({ status: 'failed' })
  const runsOf = async (flowId: string) =>
    ((await api('GET', `/runs?flowId=${flowId}`)).json as { items: { id: string; status: string }[] }).items
  for (const [id, kind] of [
    [alarm.id, 'manual'],
    [listening.id, 'flowFailed'],
  ] as const) {
    const [follower, ...more] = await waitFor('the failure to be dealt with', async () => {
      const items = await runsOf(id)
      return items[0]?.status === 'succeeded' && items
    })
    expect(more).toEqual([])
    expect((await api('GET', `/runs/${follower?.id}`)).json).toMatchObject({
      parent: done['id'],
      trigger: { kind },
      output: { flowId: shop.id, runId: done['id'], error: { code: 'stopped', message: 'no' } },
    })
  }
  expect(await runsOf(off.id)).toEqual([])
})

test('the example in the docs gives what they say', async () => {
  const text = readFileSync(new URL('../../docs/sub-flows.md', import.meta.url), 'utf8')
  const [price = '', order = '', tell = ''] = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block]) => block ?? '')
  const { id } = await publishFlow(server, headers, JSON.parse(price))
  const { id: orderId } = await publishFlow(server, headers, JSON.parse(order.replace('PRICE_FLOW', id)))
  expect(await run(orderId, { input: { lines: [{ qty: 2 }, { qty: 3 }] } })).toMatchObject({ output: 35 })
  await createFlow(server, headers, JSON.parse(tell))
})
