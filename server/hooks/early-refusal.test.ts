import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chain, publishFlow } from '../testing/flows.ts'
import { rawConnection, type RawConnection } from '../testing/raw-connection.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

// What the headers tell is told before the body has come: none of these requests ever sends theirs.

const publicKey = '3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29'
const old = '1700000000'
const hex = '00'.repeat(32)
const base64 = `${'A'.repeat(43)}=`

let server: TestServer
let headers: { [name: string]: string }
const open: RawConnection[] = []

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
  for (const [name, value] of [
    ['hook', 'the secret'],
    ['key', publicKey],
  ])
    await server.send('/api/v1/secrets', { method: 'POST', headers, body: { name, value } })
})
afterEach(() => {
  for (const { socket } of open.splice(0)) socket.destroy()
})
afterAll(() => server.stop())

async function publish(verify: object): Promise<{ id: string; url: string }> {
  const trigger = { id: 'trigger', type: 'webhook', params: { verify } }
  return publishFlow(server, headers, chain(trigger, { id: 'a', type: 'set', params: { values: { b: 1 } } }))
}

/** What is answered to a request of which only the beginning comes. */
async function answerTo(url: string, lines: string[], length = 100): Promise<string> {
  const head = [`POST ${url} HTTP/1.1`, 'Host: x', `Content-Length: ${length}`, ...lines, '', 'begin'].join('\r\n')
  const connection = rawConnection(server.url, head)
  open.push(connection)
  return connection.answer('}')
}

const signedNow = () => `X-Time: ${Math.floor(Date.now() / 1000)}`
const hmac = { preset: 'hmac', secret: 'hook', algorithm: 'sha256', header: 'X-Sign', encoding: 'hex' }
const timed = { ...hmac, timestampHeader: 'X-Time' }

describe('who can’t be believed whatever the body says is refused before it has come', () => {
  test.each<[string, object, string[], string]>([
    ['a wrong token', { preset: 'header', header: 'X-Token', secret: 'hook' }, ['X-Token: wrong'], 'signature_wrong'],
    ['a wrong password', { preset: 'basic', user: 'me', secret: 'hook' }, ['Authorization: Basic bWU6eA=='], 'signature_wrong'],
    ['a wrong JWT', { preset: 'jwt', secret: 'hook' }, ['Authorization: Bearer a.b.c'], 'signature_wrong'],
    ['keys that can’t be had', { preset: 'jwt', jwksUrl: 'http://127.0.0.1:9/' }, ['Authorization: Bearer a.b.c'], 'not_ready'],
    ['a missing secret', { preset: 'github', secret: 'nothing' }, [`X-Hub-Signature-256: sha256=${hex}`], 'secret_unavailable'],
    ['no signature', { preset: 'github', secret: 'hook' }, [], 'signature_missing'],
    ['what is no signature', { preset: 'github', secret: 'hook' }, ['X-Hub-Signature-256: sha1=00'], 'signature_wrong'],
    ['what is none of Shopify', { preset: 'shopify', secret: 'hook' }, ['X-Shopify-Hmac-Sha256: ?'], 'signature_wrong'],
    [
      'what is none of Discord',
      { preset: 'discord', secret: 'key' },
      ['X-Signature-Ed25519: ?', 'X-Signature-Timestamp: 1'],
      'signature_wrong',
    ],
    ['what is none in a header', hmac, ['X-Sign: ?'], 'signature_wrong'],
    ['an old one in a header', timed, [`X-Sign: ${hex}`, `X-Time: ${old}`], 'timestamp_old'],
    ['one without time in a header', timed, [`X-Sign: ${hex}`], 'timestamp_missing'],
    ['an old one of Stripe', { preset: 'stripe', secret: 'hook' }, [`Stripe-Signature: t=${old},v1=${hex}`], 'timestamp_old'],
    [
      'an old one of Slack',
      { preset: 'slack', secret: 'hook' },
      [`X-Slack-Signature: v0=${hex}`, `X-Slack-Request-Timestamp: ${old}`],
      'timestamp_old',
    ],
    [
      'an old one of Standard Webhooks',
      { preset: 'standard-webhooks', secret: 'hook' },
      ['Webhook-Id: 1', `Webhook-Timestamp: ${old}`, `Webhook-Signature: v1,${base64}`],
      'timestamp_old',
    ],
    [
      'a wrong one of Twilio, over the address',
      { preset: 'twilio', secret: 'hook' },
      ['X-Twilio-Signature: AAAA'],
      'signature_wrong',
    ],
  ])('%s', async (_what, verify, lines, reason) => {
    const { id, url } = await publish(verify)
    const answer = await answerTo(url, lines)
    expect(answer).toMatch(reason === 'not_ready' ? /^HTTP\/1\.1 503 / : /^HTTP\/1\.1 401 [^]*"code":"invalid_signature"/)
    const { json } = await server.send(`/api/v1/flows/${id}/requests`, { headers })
    expect(json['items']).toMatchObject([{ reason: reason === 'not_ready' ? 'keys_unavailable' : reason, sizeBytes: 100 }])
  })
})

test.each<[string, object, string[]]>([
  ['a right token', { preset: 'header', header: 'X-Token', secret: 'hook' }, ['X-Token: the secret']],
  ['a signature that may be right', { preset: 'github', secret: 'hook' }, [`X-Hub-Signature-256: sha256=${hex}`]],
  ['one in time', timed, [`X-Sign: ${hex}`, signedNow()]],
])('%s is listened to until its body has come', async (_what, verify, lines) => {
  const { id, url } = await publish(verify)
  const head = [`POST ${url} HTTP/1.1`, 'Host: x', 'Content-Length: 5', ...lines, '', 'be'].join('\r\n')
  const connection = rawConnection(server.url, head)
  open.push(connection)
  // Another request that goes the same way and is refused at once shows that this one wasn't.
  expect(await answerTo(url, [])).toMatch(/^HTTP\/1\.1 401 /)
  connection.socket.write('gin')
  const isTrusted = lines[0] === 'X-Token: the secret'
  expect(await connection.answer('}')).toMatch(isTrusted ? /^HTTP\/1\.1 202 / : /^HTTP\/1\.1 401 /)
  const { json } = await server.send(`/api/v1/flows/${id}/requests`, { headers })
  expect(json['items']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ sizeBytes: 5 }),
      expect.objectContaining({ reason: 'signature_missing', sizeBytes: 100 }),
    ]),
  )
})
