import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { type Sender, senders, type SentHeaders } from './testing/senders.ts'

// What senders' own libraries sign, through the real server, byte for byte.

const hooks = 'https://hooks.test'
let server: TestServer
let headers: { [name: string]: string }
const flows = new Map<Sender, { id: string; url: string }>()

beforeAll(async () => {
  server = await startTestServer({ hooksUrl: hooks })
  headers = await server.makeKey(['admin'])
  for (const [index, sender] of Object.values(senders).entries()) {
    await keep(`secret-${index}`, sender.secret)
    const verify = { preset: sender.preset, secret: ['before', `secret-${index}`] }
    flows.set(sender, await publish({ verify }))
  }
  await keep('before', `whsec_${Buffer.from('the one that was used before').toString('base64')}`)
})
afterAll(() => server.stop())

const publish = (params: object) =>
  publishFlow(
    server,
    headers,
    chain({ id: 'trigger', type: 'webhook', params }, { id: 'a', type: 'set', params: { values: { b: 1 } } }),
  )

async function keep(name: string, value: string): Promise<void> {
  const sent = await server.send('/api/v1/secrets', { method: 'POST', headers, body: { name, value } })
  expect(sent.status).toBe(201)
}

function flowOf(sender: Sender): { id: string; url: string } {
  const flow = flows.get(sender)
  if (flow === undefined) throw new Error('Every sender has a flow')
  return flow
}

async function deliver(sender: Sender, body: string, more: SentHeaders = {}, { question = '', id = 'msg_1' } = {}) {
  const { url } = flowOf(sender)
  const signed = await sender.sign(body, Date.now(), hooks + url + question, id)
  const path = signed.address?.slice(hooks.length) ?? url + question
  return server.send(path, { method: 'POST', headers: { ...signed.headers, ...more }, body })
}

async function lastTriggerOf(flowId: string): Promise<string | undefined> {
  const { rows } = await server.database.pool.query<{ trigger: string }>(
    'select trigger::text from engine.requests where flow_id = $1 order by id desc limit 1',
    [flowId],
  )
  return rows[0]?.trigger
}

async function countOf(flowId: string): Promise<number> {
  const { rows } = await server.database.pool.query('select 1 from engine.requests where flow_id = $1', [flowId])
  return rows.length
}

describe.each(Object.entries(senders))('signed by %s', (_library, sender) => {
  test('what would be changed by reading and writing it again starts a run, and is kept to the letter', async () => {
    const { id } = flowOf(sender)
    for (const body of [
      '{"text":"ü \\u00fc 😀","n":12345678901234567890,"f":1.0, "e":1E400}',
      '{ "a" : 1 ,\r\n\t"b":2 }\r\n',
      '{"trailing":true}   \n',
    ]) {
      const sent = await deliver(sender, body, { 'idempotency-key': String(body.length) })
      expect({ body, status: sent.status }).toEqual({ body, status: 202 })
      expect(await lastTriggerOf(id)).toContain(body.trim())
    }
  })

  test('with one byte changed on its way, with nothing in it, or under another’s name, starts nothing', async () => {
    const { url } = flowOf(sender)
    const { headers: signed, address } = await sender.sign('{"amount":100}', Date.now(), hooks + url)
    const path = address?.slice(hooks.length) ?? url
    for (const body of ['{"amount":900}', '{"amount":100} ', '', '{"amount":1\u200b00}'])
      expect((await server.send(path, { method: 'POST', headers: signed, body })).status).toBe(401)
    const { [sender.signature]: _gone, ...unsigned } = signed
    expect((await server.send(path, { method: 'POST', headers: unsigned, body: '{"amount":100}' })).status).toBe(401)
    expect((await server.send(url)).status).toBe(401)
  })

  test('with its signature given twice, it counts once or not at all', async () => {
    const { url } = flowOf(sender)
    const body = '{"twice":1}'
    const { headers: signed, address } = await sender.sign(body, Date.now(), hooks + url)
    const path = address?.slice(hooks.length) ?? url
    const right = signed[sender.signature] ?? ''
    const wrong = right.replace(/.(?=.{4}$)/, (letter) => (letter === '1' ? '2' : '1'))
    const { [sender.signature]: _once, ...rest } = signed
    expect(await twice(path, body, rest, sender.signature, [wrong, wrong])).toBe(401)
    // Theirs is a list, which two lines make longer.
    const both = await twice(path, body, rest, sender.signature, [wrong, right])
    expect(both).toBe(['stripe', 'standard-webhooks'].includes(sender.preset) ? 202 : 401)
  })

  test('a question after the address does not get in the way', async () => {
    const sent = await deliver(sender, '{"q":1}', {}, { question: "?from=Zo%C3%AB%20O'Neil&n=1" })
    expect(sent.status).toBe(202)
  })

  test('the same delivery again leads to the same run, another to another', async () => {
    const send = async (id: string, again: SentHeaders = {}) => {
      const { body, headers: named } = sender.named(id)
      const sent = await deliver(sender, body, { ...named, ...again }, { id })
      return String(sent.json['runId'])
    }
    const first = await send('delivery-1')
    expect(first).toMatch(/^run_/)
    expect(await send('delivery-1')).toBe(first)
    expect(await send('delivery-2')).not.toBe(first)
    // What the caller calls the same goes before what the sender does.
    const own = await send('delivery-1', { 'idempotency-key': 'mine' })
    expect(own).not.toBe(first)
    expect(await send('delivery-3', { 'idempotency-key': 'mine' })).toBe(own)
  })
})

/** Two lines of one header, as no sender would. */
function twice(path: string, body: string, rest: SentHeaders, name: string, values: string[], auth?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const req = request(
      server.url + path,
      { method: 'POST', agent: false, headers: { ...rest, [name]: values }, ...(auth === undefined ? {} : { auth }) },
      (res) => {
        res.resume()
        res.on('end', () => resolve(res.statusCode ?? 0))
      },
    )
    req.on('error', reject)
    req.end(body)
  })
}

describe('what presets answer themselves starts nothing and is kept nowhere', () => {
  test.each([
    ['@slack/bolt', '{"token":"t","challenge":"3eZ","type":"url_verification"}', 'text/plain', '3eZ'],
    ['discord-interactions', '{"id":"1","type":1}', 'application/json', '{"type":1}'],
  ])('%s’s check of the address', async (library, body, type, answer) => {
    const sender = senders[library]
    if (sender === undefined) throw new Error('No such library')
    const { id } = flowOf(sender)
    const before = await countOf(id)
    const sent = await deliver(sender, body)
    expect([sent.status, sent.headers['content-type'], sent.text]).toEqual([200, type, answer])
    expect(await countOf(id)).toBe(before)
    // Unless somebody else sends it: Discord asks exactly that.
    const forged = await deliver(sender, body, { [sender.signature]: 'v0=00' })
    expect(forged.status).toBe(401)
    expect(forged.text).not.toContain('3eZ')
  })
})

test('Slack’s look at the certificate, which is not signed, is answered and starts nothing', async () => {
  const sender = senders['@slack/bolt']
  if (sender === undefined) throw new Error('No such library')
  const { id, url } = flowOf(sender)
  const before = await countOf(id)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const sent = await server.send(url, { method: 'POST', headers: form, body: 'ssl_check=1&token=abc' })
  expect([sent.status, sent.text]).toEqual([200, ''])
  expect(await countOf(id)).toBe(before)
  // A command that claims to be one as well is none.
  const command = await server.send(url, { method: 'POST', headers: form, body: 'ssl_check=2&command=%2Fpay' })
  expect(command.status).toBe(401)
})

describe('user and password, and a header with a password', () => {
  test('by GET with a question, given twice, empty, and with a line break in the secret', async () => {
    await keep('password', 'pass:wörd\n')
    const basic = await publish({ verify: { preset: 'basic', user: 'me', secret: 'password' } })
    const token = await publish({ verify: { preset: 'header', header: 'X-Token', secret: 'password' } })
    const login = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
    expect((await server.send(`${basic.url}?a=1`, { headers: login('me:pass:wörd') })).status).toBe(202)
    // As Node's own client writes it.
    expect(await twice(basic.url, '', {}, 'x-nothing', [], 'me:pass:wörd')).toBe(202)
    for (const wrong of ['me:pass', 'me:', ':pass:wörd', 'you:pass:wörd', ''])
      expect((await server.send(basic.url, { headers: login(wrong) })).status).toBe(401)
    await keep('token', 'a-token')
    const named = await publish({ verify: { preset: 'header', header: 'X-Token', secret: ['password', 'token'] } })
    expect((await server.send(`${named.url}?a=1`, { headers: { 'x-token': 'Bearer a-token' } })).status).toBe(202)
    expect((await server.send(token.url, { headers: { 'x-token': '' } })).status).toBe(401)
    expect(await twice(named.url, '', {}, 'x-token', ['a-token', 'a-token'])).toBe(401)
  })
})
