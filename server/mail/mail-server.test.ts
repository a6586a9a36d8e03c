import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport, type SendMailOptions } from 'nodemailer'
import tlsOptions from 'smtp-server/lib/tls-options.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { send } from '../testing/send.ts'
import { killSpawned, spawnServer, type SpawnedServer } from '../testing/spawn-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'
import { greetedTalk } from './testing/smtp-talk.ts'

// Real processes on a real database: what holds when they die, and how they begin and end.

const key = 'a key with every right for tests'.padEnd(40, '.')
const headers = { authorization: `Bearer ${key}` }
let folder: string
let database: TestDatabase
let environment: { [name: string]: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-mail-'))
  database = await createTestDatabase()
  environment = {
    PORT: '0',
    DATABASE_URL: database.url,
    HOLDFAST_SECRET_KEY: 'k'.repeat(40),
    HOLDFAST_API_KEY: key.replaceAll(' ', '-'),
    HOLDFAST_MAIL_PORT: '0',
    HOLDFAST_MAIL_DOMAIN: 'mail.test',
  }
  headers.authorization = `Bearer ${environment['HOLDFAST_API_KEY']}`
})
afterAll(async () => {
  killSpawned()
  await database.drop()
  await rm(folder, { recursive: true })
})

const start = (changes: { [name: string]: string } = {}) => spawnServer({ ...environment, ...changes })
async function portOf(server: SpawnedServer): Promise<number> {
  const line = await waitFor('the port', async () => /"port":(\d+).*E-mail is taken/.exec(server.errors()) ?? undefined)
  return Number(line[1])
}
async function mail(server: SpawnedServer, to: string, more: SendMailOptions = {}) {
  const transport = createTransport({ host: '127.0.0.1', port: await portOf(server), ignoreTLS: true })
  return transport.sendMail({ from: 'a@nimbus.example', subject: 'Order 7', text: 'Seven', to, ...more })
}

async function publish(server: SpawnedServer, path: string): Promise<string> {
  const document = {
    nodes: [
      { id: 'start', type: 'email', params: { path } },
      { id: 'end', type: 'output', params: { value: '{{ trigger.body.subject }}' } },
    ],
    edges: [{ source: 'start', target: 'end' }],
  }
  const api = `${server.url}/api/v1/flows`
  const { json } = await send(api, { method: 'POST', headers, body: { document } })
  const published = await send(`${api}/${json['id'] as string}/publish`, { method: 'POST', headers })
  expect(published.status).toBe(200)
  return json['id'] as string
}

const runsOf = async (server: SpawnedServer, flowId: string) =>
  (await send(`${server.url}/api/v1/runs?flowId=${flowId}`, { headers })).json['items'] as { status: string }[]

async function stopped(server: SpawnedServer): Promise<void> {
  server.kill('SIGTERM')
  expect(await server.exit).toEqual({ code: 0, signal: null })
}

test.each(['ingest.before-commit', 'ingest.after-commit'])(
  'a server that dies at %s said nothing, and the mail that is sent again is one run',
  async (failpoint) => {
    const path = failpoint.replace('.', '-')
    const first = await start()
    const flowId = await publish(first, path)
    await stopped(first)
    const dying = await start({ TEST_HOOKS: '1', HOLDFAST_FAILPOINT: `${failpoint}:1` })
    const same = { messageId: '<same@nimbus.example>', attachments: [{ filename: 'a.txt', content: 'a' }] }
    await expect(mail(dying, `${path}@mail.test`, same)).rejects.toThrow()
    expect(await dying.exit).toMatchObject({ signal: 'SIGKILL' })
    const again = await start()
    expect((await mail(again, `${path}@mail.test`, same)).response).toMatch(/^250/)
    await waitFor('the run to end', async () => {
      const runs = await runsOf(again, flowId)
      expect(runs).toHaveLength(1)
      return runs[0]?.status === 'succeeded' ? true : undefined
    })
    await stopped(again)
  },
)

test('the same mail at two servers at the same instant is one run', async () => {
  const [one, two] = [await start({ HOLDFAST_ROLE: 'web' }), await start()]
  const flowId = await publish(one, 'both')
  const sending = Array.from({ length: 10 }, (_, index) => index).flatMap((index) =>
    [one, two].map((server) => mail(server, 'both@mail.test', { messageId: `<${index}@nimbus.example>` })),
  )
  for (const { response } of await Promise.all(sending)) expect(response).toMatch(/^250/)
  await waitFor('the runs to end', async () => {
    const runs = await runsOf(two, flowId)
    expect(runs).toHaveLength(10)
    return runs.every(({ status }) => status === 'succeeded') ? true : undefined
  })
  await Promise.all([stopped(one), stopped(two)])
})

test('a mail on its way when the server ends is taken, and whoever only waits is sent away', async () => {
  const server = await start()
  const flowId = await publish(server, 'late')
  const waiting = await greetedTalk(await portOf(server))
  const sending = await greetedTalk(await portOf(server))
  expect(await sending.say('MAIL FROM:<a@nimbus.example>', 'RCPT TO:<late@mail.test>', 'DATA')).toMatch(/^354/)
  sending.send('Subject: late\r\n\r\nhello')
  server.kill('SIGTERM')
  expect(await waiting.answer()).toMatch(/^421/)
  await waiting.closed
  sending.send('\r\n.\r\n')
  expect(await sending.answer()).toMatch(/^250/)
  expect(await sending.answer()).toMatch(/^421/)
  expect(await server.exit).toEqual({ code: 0, signal: null })
  const next = await start()
  await waitFor('the run to end', async () => {
    const runs = await runsOf(next, flowId)
    return runs.length === 1 && runs[0]?.status === 'succeeded' ? true : undefined
  })
  await stopped(next)
})

test('senders may encrypt their way with a certificate that is given, and it is not offered without', async () => {
  const { cert, key: certKey } = z.object({ cert: z.string(), key: z.string() }).parse(tlsOptions())
  const files = { HOLDFAST_MAIL_TLS_CERT: join(folder, 'cert.pem'), HOLDFAST_MAIL_TLS_KEY: join(folder, 'key.pem') }
  await writeFile(files.HOLDFAST_MAIL_TLS_CERT, cert)
  await writeFile(files.HOLDFAST_MAIL_TLS_KEY, certKey)
  const server = await start(files)
  await publish(server, 'encrypted')
  const port = await portOf(server)
  const transport = createTransport({ host: '127.0.0.1', port, requireTLS: true, tls: { rejectUnauthorized: false } })
  const sent = await transport.sendMail({ from: 'a@nimbus.example', to: 'encrypted@mail.test', text: 'hello' })
  expect(sent.response).toMatch(/^250/)
  await stopped(server)
})

async function sentenceOf(changes: { [name: string]: string }): Promise<string> {
  const server = await start(changes)
  expect(await server.exit).toEqual({ code: 1, signal: null })
  return server.errors().trim()
}

test('a start that can’t be is one sentence', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = String(typeof address === 'object' ? address?.port : address)
  expect(await sentenceOf({ HOLDFAST_MAIL_PORT: port })).toBe(
    `Port ${port} for e-mail is already taken on 127.0.0.1; stop what uses it or choose another with HOLDFAST_MAIL_PORT.`,
  )
  taken.close()
  const nothing = { HOLDFAST_MAIL_TLS_CERT: join(folder, 'none'), HOLDFAST_MAIL_TLS_KEY: join(folder, 'none') }
  expect(await sentenceOf(nothing)).toMatch(/^HOLDFAST_MAIL_TLS_CERT names a file that can’t be read: /)
  await writeFile(join(folder, 'no-key'), 'no key')
  const wrong = { HOLDFAST_MAIL_TLS_CERT: join(folder, 'no-key'), HOLDFAST_MAIL_TLS_KEY: join(folder, 'no-key') }
  expect(await sentenceOf(wrong)).toMatch(/hold no certificate with its key/)
})

test('without a port no mail is taken, and a worker takes none', async () => {
  const off = await start({ HOLDFAST_MAIL_PORT: '' })
  expect(off.errors()).not.toContain('E-mail')
  await stopped(off)
  // A server that takes mail could not start on this port.
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const worker = await start({ HOLDFAST_ROLE: 'worker', HOLDFAST_MAIL_PORT: String(port) })
  expect(worker.errors()).not.toContain('E-mail')
  await stopped(worker)
  taken.close()
})
