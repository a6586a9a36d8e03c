import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf } from '../testing/api-of.ts'
import { publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const api = apiOf(
  () => server,
  () => headers,
)

interface Shown {
  id: string
  status: string
  trigger: unknown
  output: unknown
  waits: { path: string; kind: string; name?: string }[]
}

async function runsOf(flowId: string, count: number): Promise<Shown[]> {
  return waitFor(`${count} runs to end`, async () => {
    const { json } = await api('GET', `/runs?flowId=${flowId}`)
    const items = (json['items'] as Shown[]).filter(({ status }) => status === 'succeeded')
    if (items.length < count) return false
    return Promise.all(items.map(async ({ id }) => (await api('GET', `/runs/${id}`)).json as unknown as Shown))
  })
}

const listener = (name: string, onlyIf?: string) => ({
  nodes: [
    { id: 'start', type: 'event', params: { name, ...(onlyIf === undefined ? {} : { onlyIf }) } },
    { id: 'again', type: 'set', params: { values: { body: '{{ trigger.body }}', name: '{{ trigger.name }}' } } },
  ],
  edges: [{ source: 'start', target: 'again' }],
})

describe('an event', () => {
  test('starts every enabled flow that listens for it, once each', async () => {
    const [one, two, picky, off] = await Promise.all([
      publishFlow(server, headers, listener('order.paid')),
      publishFlow(server, headers, listener('order.paid')),
      publishFlow(server, headers, listener('order.paid', '{{ trigger.body.total > 100 }}')),
      publishFlow(server, headers, listener('order.paid')),
    ])
    await api('POST', `/flows/${off.id}/disable`)
    const sent = await Promise.all(
      [1, 2, 3].map(() => api('POST', '/events', { name: 'order.paid', data: { total: 50 }, id: 'delivery-1' })),
    )
    expect(sent.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(sent.filter(({ json }) => json['duplicate'] === false)).toHaveLength(1)
    for (const flow of [one, two]) {
      const [run] = await runsOf(flow.id, 1)
      expect(run).toMatchObject({
        trigger: { kind: 'event', name: 'order.paid', body: { total: 50 } },
        output: { body: { total: 50 }, name: 'order.paid' },
      })
    }
    await api('POST', '/events', { name: 'order.paid', data: { total: 101 } })
    await runsOf(one.id, 2)
    expect(await runsOf(picky.id, 1)).toHaveLength(1)
    expect((await api('GET', `/runs?flowId=${off.id}`)).json['items']).toEqual([])
  })

  test('that starts a flow does not end that flow’s own wait for the next one', async () => {
    const flow = await publishFlow(server, headers, {
      nodes: [
        { id: 'start', type: 'event', params: { name: 'tick' } },
        { id: 'next', type: 'waitForEvent', params: { name: 'tick' } },
      ],
      edges: [{ source: 'start', target: 'next' }],
    })
    await api('POST', '/events', { name: 'tick', data: 1 })
    const waiting = await waitFor('the run to wait', async () => {
      const { json } = await api('GET', `/runs?flowId=${flow.id}&status=waiting`)
      return (json['items'] as Shown[])[0]
    })
    await api('POST', '/events', { name: 'tick', data: 2 })
    const ended = await waitFor('it to end', async () => {
      const { json } = await api('GET', `/runs/${waiting.id}`)
      return json['status'] === 'succeeded' && json
    })
    expect(ended).toMatchObject({ trigger: { body: 1 }, output: 2 })
  })

  test('needs a name', async () => {
    expect((await api('POST', '/events', { data: 1 })).status).toBe(422)
    expect((await api('POST', '/events', { name: '' })).status).toBe(422)
    expect((await api('POST', '/events', { name: 'a\0b' })).status).toBe(422)
  })
})

describe('a signal', () => {
  test('resolves the wait of its name in its run, and is refused once the run is over', async () => {
    const flow = await publishFlow(server, headers, {
      nodes: [
        { id: 'start', type: 'manual' },
        { id: 'hold', type: 'waitForEvent', params: { name: 'go on', timeout: '1h' } },
      ],
      edges: [{ source: 'start', target: 'hold' }],
    })
    const { json: run } = await api('POST', `/flows/${flow.id}/runs`, {})
    const id = String(run['id'])
    const waiting = await waitFor('the run to wait', async () => {
      const { json } = await api('GET', `/runs/${id}`)
      return json['status'] === 'waiting' && json
    })
    expect(waiting).toMatchObject({ waits: [{ path: 'hold', kind: 'event', name: 'go on', expiresAt: expect.any(String) }] })
    const sent = await api('POST', `/runs/${id}/signals/go%20on`, { data: { n: 1 }, id: 'a' })
    expect(sent).toMatchObject({ status: 202, json: { duplicate: false } })
    await waitFor('it to end', async () => (await api('GET', `/runs/${id}`)).json['status'] === 'succeeded')
    expect((await api('GET', `/runs/${id}`)).json['output']).toEqual({ n: 1 })
    expect((await api('POST', `/runs/${id}/signals/go%20on`, {})).json).toMatchObject({ status: 409, code: 'run_finished' })
    expect((await api('POST', '/runs/run_none/signals/x', {})).status).toBe(404)
  })
})
