import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { Settings } from '../deps.ts'
import { trustedProxyFrom } from './trusted-proxies.ts'
import type { Sent } from '../testing/send.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const trustedProxies = [trustedProxyFrom('127.0.0.1')].filter((proxy) => typeof proxy !== 'string')
const usual = { formPostsPerMinute: 30 }
let server: TestServer
let headers: { authorization: string }
afterEach(() => server.stop())

async function start(settings: Partial<Settings>): Promise<void> {
  server = await startTestServer(settings)
  headers = await server.makeKey(['build'])
}

async function publish(type: string, params: object): Promise<string> {
  const document = { nodes: [{ id: 'trigger', type, params }], edges: [] }
  const made = await server.send('/api/v1/flows', { method: 'POST', headers, body: { document } })
  const id = String(made.json['id'])
  expect((await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })).json).toMatchObject({ version: 1 })
  return id
}

const from = (address: string) => ({ 'x-forwarded-for': address })

/** Sixty at once: whatever the machine, not all of them at a pace of one a second. */
function flood(path: string, more: (index: number) => { [name: string]: string } = () => ({})): Promise<Sent[]> {
  return Promise.all(
    Array.from({ length: 60 }, (_, index) => server.send(path, { method: 'POST', headers: more(index), body: { index } })),
  )
}

const statuses = (all: readonly Sent[]) => [...new Set(all.map(({ status }) => status))].toSorted((a, b) => a - b)

describe('callers of our own network', () => {
  const guess = async (isEnough: (all: readonly Sent[]) => boolean) => {
    const all: Sent[] = []
    while (!isEnough(all)) all.push(...(await flood('/hooks/nowhere')))
    return statuses(all)
  }

  test('aren’t counted unless a limit is set', async () => {
    await start({ strangerRates: usual })
    // More than the 600 that may be refused in a minute.
    expect(await guess(({ length }) => length > 600)).toEqual([404])
  })

  test('are strangers where people come by https, through a proxy that adds nothing to their requests', async () => {
    await start({ strangerRates: usual, hooksUrl: 'https://hooks.example.com' })
    // However many a machine can ask in the minute in which 600 more are let through.
    expect(await guess((all) => all.some(({ status }) => status === 429))).toEqual([404, 429])
  })
})

describe('requests of one address', () => {
  test('above the limit are answered 429, with when to come again, and lead to nothing', async () => {
    await start({ trustedProxies, strangerRates: { ...usual, addressPerSecond: 1 } })
    const id = await publish('webhook', { path: 'orders' })
    const all = await flood('/hooks/orders', () => from('203.0.113.7'))
    expect(statuses(all)).toEqual([202, 429])
    const refused = all.find(({ status }) => status === 429)
    expect(refused?.json).toMatchObject({ code: 'rate_limited', status: 429, requestId: refused?.headers['request-id'] })
    expect(refused?.headers['content-type']).toBe('application/problem+json')
    expect(refused?.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    const runs = await server.send(`/api/v1/flows/${id}/requests?limit=100`, { headers })
    expect(runs.json['items']).toHaveLength(all.filter(({ status }) => status === 202).length)
    // Whatever others do.
    expect((await server.send('/hooks/orders', { method: 'POST', headers: from('203.0.113.8') })).status).toBe(202)
  })

  test('count together where one caller has all of them', async () => {
    await start({ trustedProxies, strangerRates: { ...usual, addressPerSecond: 1 } })
    await publish('webhook', { path: 'orders' })
    const one = await flood('/hooks/orders', (index) => from(`2001:db8:1:2::${index.toString(16)}`))
    expect(statuses(one)).toEqual([202, 429])
    const many = await flood('/hooks/orders', (index) => from(`2001:db8:1:${index.toString(16)}5::1`))
    expect(statuses(many)).toEqual([202])
  })

  test('count for forms and addresses of waiting runs too', async () => {
    await start({ trustedProxies, strangerRates: { ...usual, addressPerSecond: 1 } })
    for (const path of ['/forms/nothing', '/resume/nothing', '/approve/nothing'])
      expect(statuses(await flood(path, () => from('203.0.113.7')))).toContain(429)
  })

  test('are without limit at 0, and from our own network if none is set, unless they were passed on', async () => {
    await start({ strangerRates: { ...usual, addressPerSecond: 0, flowPerSecond: 1 } })
    await publish('webhook', { path: 'orders' })
    expect(statuses(await flood('/hooks/nothing'))).toEqual([404])
    expect(statuses(await flood('/hooks/orders'))).toEqual([202, 429])
  })
})

describe('requests to one flow', () => {
  test('above the limit are answered 429, whoever they come from', async () => {
    await start({ trustedProxies, strangerRates: { ...usual, flowPerSecond: 1 } })
    await publish('webhook', { path: 'orders' })
    await publish('webhook', { path: 'others' })
    const all = await flood('/hooks/orders', (index) => from(`203.0.113.${index}`))
    expect(statuses(all)).toEqual([202, 429])
    expect((await server.send('/hooks/others', { method: 'POST', headers: from('203.0.113.1') })).status).toBe(202)
  })

  test('don’t count when they are not verified: nobody uses up what the sender needs', async () => {
    await start({ trustedProxies, strangerRates: { ...usual, flowPerSecond: 1 } })
    const secret = 'a secret between two'
    const key = await server.makeKey(['admin'])
    await server.send('/api/v1/secrets', { method: 'POST', headers: key, body: { name: 'hook', value: secret } })
    await publish('webhook', { path: 'signed', verify: { preset: 'github', secret: 'hook' } })
    expect(statuses(await flood('/hooks/signed', () => from('203.0.113.7')))).toEqual([401])
    const body = '{"order":1}'
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    const sent = await server.send('/hooks/signed', {
      method: 'POST',
      headers: { ...from('203.0.113.7'), 'content-type': 'application/json', 'x-hub-signature-256': signature },
      body,
    })
    expect(sent.status).toBe(202)
  })
})

describe('requests that have to be refused', () => {
  test('are answered 429 after some of one address, while a right signature from there still counts', async () => {
    await start({ trustedProxies, strangerRates: { ...usual, refusedPerMinute: 20 } })
    const key = await server.makeKey(['admin'])
    await server.send('/api/v1/secrets', { method: 'POST', headers: key, body: { name: 'hook', value: 'right' } })
    const verify = { preset: 'header', header: 'x-token', secret: 'hook' }
    await publish('webhook', { path: 'signed', verify })
    const refused = await flood('/hooks/signed', () => ({ ...from('203.0.113.7'), 'x-token': 'wrong' }))
    expect(statuses(refused)).toEqual([401, 429])
    const believed = { ...from('203.0.113.7'), 'x-token': 'right' }
    expect((await server.send('/hooks/signed', { method: 'POST', headers: believed })).status).toBe(202)
  })

  test('look up nothing any more for one who tries path after path, and hold up nobody else', async () => {
    await start({ trustedProxies, strangerRates: { ...usual, refusedPerMinute: 20 } })
    const guess = (kind: string) =>
      Promise.all(
        Array.from({ length: 200 }, (_, index) => server.send(`/${kind}/guess-${index}`, { headers: from('203.0.113.7') })),
      )
    expect(statuses(await guess('hooks'))).toEqual([404, 429])
    expect(statuses(await guess('forms'))).toContain(429)
    expect((await server.send('/hooks/guess-x', { headers: from('203.0.113.8') })).status).toBe(404)
  })
})

test('what our own network gets wrong is counted only if a limit is set', async () => {
  const wrong = async () => {
    const replies = await Promise.all(Array.from({ length: 700 }, () => server.send('/hooks/nothing', { method: 'POST' })))
    return statuses(replies)
  }
  await start({})
  expect(await wrong()).toEqual([404])
  await server.stop()
  await start({ strangerRates: { ...usual, refusedPerMinute: 20 } })
  expect(await wrong()).toEqual([404, 429])
})

test('a form takes so many answers of one address in a minute', async () => {
  await start({ trustedProxies, strangerRates: { ...usual, formPostsPerMinute: 1 } })
  await publish('form', { path: 'ask', fields: [{ id: 'name', type: 'text', label: 'Name' }] })
  const all = await flood('/forms/ask', () => from('203.0.113.7'))
  expect(statuses(all)).toEqual([202, 429])
  expect((await server.send('/forms/ask', { headers: from('203.0.113.7') })).status).toBe(200)
})
