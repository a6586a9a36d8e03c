import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hmacOf } from './verify/signatures.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
  await addSecret('hook', 'the first secret')
  await addSecret('next', 'the second secret')
})
afterAll(() => server.stop())

async function addSecret(name: string, value: string): Promise<void> {
  const sent = await server.send('/api/v1/secrets', { method: 'POST', headers, body: { name, value } })
  expect(sent.status).toBe(201)
}

const webhook = (params: object) => ({ id: 'trigger', type: 'webhook', params })
const publish = (params: object) =>
  publishFlow(server, headers, chain(webhook(params), { id: 'a', type: 'set', params: { values: { b: 1 } } }))
const signed = (secret: string, body: string) => ({
  'content-type': 'application/json',
  'x-hub-signature-256': `sha256=${hmacOf('sha256', secret, body).toString('hex')}`,
})
const post = (url: string, body: string, more: { [name: string]: string }) =>
  server.send(url, { method: 'POST', body, headers: more })

async function inboxOf(flowId: string) {
  const { rows } = await server.database.pool.query<{ state: string; reason: string | null; trigger: string | null }>(
    'select state, reason, trigger from engine.requests where flow_id = $1 order by id',
    [flowId],
  )
  return rows
}

const github = { verify: { preset: 'github', secret: ['hook', 'next'] } }

test('a request that is signed with either secret starts a run; any other is refused, and noted without its body', async () => {
  const { id, url } = await publish(github)
  const body = '{"n": 12345678901234567890}'
  for (const secret of ['the first secret', 'the second secret'])
    expect((await post(url, body, signed(secret, body))).status).toBe(202)
  const wrong = await post(url, body, signed('no secret of ours', body))
  expect(wrong.status).toBe(401)
  expect(wrong.json).toMatchObject({ code: 'invalid_signature' })
  expect((await post(url, body, {})).status).toBe(401)
  expect(await inboxOf(id)).toMatchObject([
    { state: 'started' },
    { state: 'started' },
    { state: 'rejected', reason: 'signature_wrong', trigger: null },
    { state: 'rejected', reason: 'signature_missing', trigger: null },
  ])
})

test('a draft, a paused and a switched-off flow check who sends as well', async () => {
  const draft = await createFlow(server, headers, chain(webhook(github), { id: 'a', type: 'set', params: { values: { b: 1 } } }))
  const live = await publish(github)
  expect((await post(draft.url, '{}', {})).status).toBe(401)
  expect((await post(draft.url, '{}', signed('the first secret', '{}'))).status).toBe(202)
  for (const how of ['pause', 'disable']) {
    await server.send(`/api/v1/flows/${live.id}/${how}`, { method: 'POST', headers })
    expect((await post(live.url, '{}', {})).status).toBe(401)
    expect((await post(live.url, '{}', signed('the second secret', '{}'))).status).toBe(202)
    if (how === 'pause') await server.send(`/api/v1/flows/${live.id}/resume`, { method: 'POST', headers })
  }
})

test('without its secret everything is refused, and publishing has said so', async () => {
  const { id, url } = await publish({ verify: { preset: 'github', secret: 'missing' } })
  expect((await post(url, '{}', signed('undefined', '{}'))).status).toBe(401)
  const checked = await server.send(`/api/v1/flows/${id}/validate`, { method: 'POST', headers, body: {} })
  expect(checked.json['problems']).toContainEqual(expect.objectContaining({ code: 'secret_missing', severity: 'warning' }))
})

test('a delivery that the sender repeats leads to the first run, also at the same instant', async () => {
  const { id, url } = await publish({ verify: { preset: 'stripe', secret: 'hook' } })
  const stripe = new Stripe('sk_test_x')
  const send = (payload: string) =>
    post(url, payload, {
      'content-type': 'application/json',
      'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload, secret: 'the first secret' }),
    })
  const sent = await Promise.all(Array.from({ length: 8 }, () => send('{"id":"evt_1"}')))
  expect(new Set(sent.map((one) => `${one.status} ${String(one.json['runId'])}`)).size).toBe(1)
  expect((await send('{"id":"evt_2"}')).json['runId']).not.toBe(sent[0]?.json['runId'])
  expect((await inboxOf(id)).filter((one) => one.state === 'started')).toHaveLength(2)
})

test('what the flow’s author calls the same is the same, for as long as they say', async () => {
  const { url } = await publish({ dedupe: { key: '{{ trigger.body.order }}', windowHours: 2 } })
  const send = async (body: object) => {
    const sent = await server.send(url, { method: 'POST', body })
    return String(sent.json['runId'])
  }
  const first = await send({ order: 7, try: 1 })
  expect(await send({ order: 7, try: 2 })).toBe(first)
  expect(await send({ order: 8 })).not.toBe(first)
  expect(await send({})).not.toBe(await send({}))
  await server.database.pool.query(
    "update engine.idempotency_keys set expires_at = expires_at - interval '2 hours' where run_id = $1",
    [first],
  )
  expect(await send({ order: 7, try: 3 })).not.toBe(first)
})

test('Slack’s check of the address is answered without a run', async () => {
  const { id, url } = await publish({ verify: { preset: 'slack', secret: 'hook' } })
  const body = '{"type":"url_verification","challenge":"abc"}'
  const at = String(Math.floor(Date.now() / 1000))
  const signature = hmacOf('sha256', 'the first secret', `v0:${at}:${body}`).toString('hex')
  const sent = await post(url, body, { 'x-slack-signature': `v0=${signature}`, 'x-slack-request-timestamp': at })
  expect([sent.status, sent.text]).toEqual([200, 'abc'])
  expect(await inboxOf(id)).toEqual([])
})

test('tokens are checked with keys published elsewhere', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] })
  const published = createServer((_, res) => res.end(keys))
  await new Promise<void>((resolve) => published.listen(0, '127.0.0.1', resolve))
  const address = published.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { url } = await publish({ verify: { preset: 'jwt', jwksUrl: `http://127.0.0.1:${port}/`, audience: 'us' } })
  const token = await new SignJWT({ aud: 'us' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setExpirationTime('5m')
    .sign(privateKey)
  expect((await post(url, '{}', { authorization: `Bearer ${token}` })).status).toBe(202)
  expect((await post(url, '{}', { authorization: `Bearer ${token.slice(0, -8)}AAAAAAAA` })).status).toBe(401)
  published.close()
})

test('keys are asked for only where the calls of the flow and of its workspace may go, redirects and all', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] })
  const asked: string[] = []
  const published = createServer((req, res) => {
    asked.push(`${req.headers.host}${req.url}`)
    if (req.url === '/away') res.writeHead(302, { location: `http://localhost:${port}/keys` }).end()
    else res.end(keys)
  })
  await new Promise<void>((resolve) => published.listen(0, '127.0.0.1', resolve))
  const address = published.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const token = await new SignJWT().setProtectedHeader({ alg: 'ES256', kid: 'k' }).setExpirationTime('5m').sign(privateKey)
  const bearer = { authorization: `Bearer ${token}` }
  const flow = (path: string, allow?: string[]) => ({
    ...chain(webhook({ verify: { preset: 'jwt', jwksUrl: `http://127.0.0.1:${port}${path}` } }), {
      id: 'a',
      type: 'set',
      params: { values: { b: 1 } },
    }),
    settings: allow === undefined ? {} : { egress: { allow } },
  })
  const narrow = (hosts: string[] | null) =>
    server.send('/api/v1/settings/egress', { method: 'PUT', headers, body: { allow: hosts } })

  // Who may ask anywhere has them already: nobody else gets them from there.
  const free = await publishFlow(server, headers, flow('/away'))
  expect((await post(free.url, '{}', bearer)).status).toBe(202)
  const narrowed = await publishFlow(server, headers, flow('/away', ['127.0.0.1']))
  const refused = await post(narrowed.url, '{}', bearer)
  expect(refused).toMatchObject({ status: 503, json: { code: 'not_ready' } })
  expect(await inboxOf(narrowed.id)).toMatchObject([{ state: 'rejected', reason: 'keys_not_allowed', trigger: null }])
  expect(asked).toEqual([`127.0.0.1:${port}/away`, `localhost:${port}/keys`, `127.0.0.1:${port}/away`])

  const elsewhere = await createFlow(server, headers, flow('/keys', ['api.example.com']))
  expect((await post(elsewhere.url, '{}', bearer)).status).toBe(503)
  expect(await inboxOf(elsewhere.id)).toMatchObject([{ state: 'rejected', reason: 'keys_not_allowed' }])
  const problem = { nodeId: 'trigger', param: 'verify.jwksUrl', message: expect.stringContaining('egress.allow') }
  const tried = await server.send(`/api/v1/flows/${elsewhere.id}/publish`, { method: 'POST', headers })
  expect(tried).toMatchObject({ status: 422, json: { problems: [{ severity: 'error', ...problem }] } })

  await narrow(['api.example.com'])
  const warned = await publishFlow(server, headers, flow('/keys'))
  expect((await post(warned.url, '{}', bearer)).status).toBe(503)
  const { json } = await server.send(`/api/v1/flows/${warned.id}/validate`, { method: 'POST', headers })
  expect(json['problems']).toMatchObject([{ severity: 'warning', param: 'verify.jwksUrl' }])
  await narrow(null)
  expect((await post(warned.url, '{}', bearer)).status).toBe(202)
  published.close()
})

test('a secret that callers send as it is stands nowhere in what is kept of their requests', async () => {
  const basic = `Basic ${Buffer.from('shop:the first secret').toString('base64')}`
  const checks = [
    [
      { preset: 'header', header: 'X-Token', secret: ['hook', 'next'] },
      { 'x-token': 'the second secret' },
      'x-token',
      'hook or next',
    ],
    [
      { preset: 'header', header: 'Authorization', secret: 'hook' },
      { authorization: 'Bearer the first secret' },
      'authorization',
      'hook',
    ],
    [{ preset: 'basic', user: 'shop', secret: 'hook' }, { authorization: basic }, 'authorization', 'hook'],
  ] as const
  for (const [verify, sent, header, name] of checks) {
    const { id, url } = await publishFlow(
      server,
      headers,
      chain(webhook({ verify, respond: 'whenFinished' }), {
        id: 'a',
        type: 'output',
        params: { value: '{{ trigger.headers }}' },
      }),
    )
    const answer = await post(url, '{}', { ...sent, 'x-other': 'as it was' })
    expect(answer.json).toMatchObject({ [header]: `[secret ${name}]`, 'x-other': 'as it was' })
    await server.send(`/api/v1/flows/${id}/pause`, { method: 'POST', headers })
    expect((await post(url, '{}', sent)).status).toBe(202)
    const [kept] = (await inboxOf(id)).filter(({ state }) => state === 'kept')
    expect(kept?.trigger).toContain(`[secret ${name}]`)
  }
})
