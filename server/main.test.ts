import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { send } from './testing/send.ts'
import { killSpawned, spawnServer } from './testing/spawn-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let folder: string
let database: TestDatabase
let environment: { [name: string]: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-main-'))
  database = await createTestDatabase()
  environment = { PORT: '0', DATABASE_URL: database.url, HOLDFAST_SECRET_KEY: 'k'.repeat(40), HOLDFAST_DATA_DIR: folder }
})
afterAll(async () => {
  killSpawned()
  await database.drop()
  await rm(folder, { recursive: true })
})

async function taken(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.end('not a database'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, close: () => server.close() }
}

async function sentenceOf(changes: { [name: string]: string }): Promise<string> {
  const { DATABASE_URL: _url, ...withoutDatabase } = environment
  const server = await spawnServer({ ...('HOLDFAST_DATA_DIR' in changes ? withoutDatabase : environment), ...changes })
  expect(await server.exit).toEqual({ code: 1, signal: null })
  expect(server.url).toBeUndefined()
  expect(server.output()).toBe('')
  const lines = server.errors().trim().split('\n')
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

describe('a start that can’t be is one sentence and exit 1', () => {
  test('when a variable is wrong', async () => {
    expect(await sentenceOf({ HOLDFAST_ROLE: 'both' })).toBe('HOLDFAST_ROLE must be all, web or worker.')
  })

  test('when the port is taken', async () => {
    const { port, close } = await taken()
    expect(await sentenceOf({ PORT: String(port) })).toContain(`Port ${port} is already taken`)
    close()
  })

  test('when HOST is no address of this machine', async () => {
    expect(await sentenceOf({ HOST: '192.0.2.1' })).toContain('192.0.2.1 is not an address of this machine')
  })

  test('when the data folder can’t be written to', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(await sentenceOf({ HOLDFAST_DATA_DIR: join(folder, 'file') })).toContain('is not a folder')
    expect(await sentenceOf({ HOLDFAST_DATA_DIR: '/sys/holdfast' })).toContain(
      "The data folder /sys/holdfast can't be written to",
    )
  })

  test.each<[string, (url: URL) => void, string]>([
    ['nothing listens there', (url) => (url.port = '1'), 'nothing listens at 127.0.0.1:1'],
    ['the host is unknown', (url) => (url.hostname = 'no-such-host.invalid'), 'can’t be found'],
    ['the database is not there', (url) => (url.pathname = '/no_such_database'), 'there is no database no_such_database'],
    ['the user is unknown', (url) => (url.username = 'nobody'), 'nobody'],
  ])('when %s', async (_what, change, words) => {
    const url = new URL(database.url)
    change(url)
    const sentence = await sentenceOf({ DATABASE_URL: url.href })
    expect(sentence).toMatch(/^DATABASE_URL can't be used: /)
    expect(sentence).toContain(words.replace('’', "'"))
    expect(sentence).not.toContain(url.password)
  })

  test('when something else answers in place of a database', async () => {
    const { port, close } = await taken()
    const url = new URL(database.url)
    url.port = String(port)
    expect(await sentenceOf({ DATABASE_URL: url.href })).toMatch(/^DATABASE_URL can't be used: /)
    close()
  })
})

describe('a server', () => {
  test('says that it is ready, prints the set-up link once, and stops cleanly', async () => {
    const server = await spawnServer({ ...environment, HOST: '127.0.0.1' })
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const link = new URL(/\S+\/setup\?token=\S+/.exec(server.output())?.[0] ?? '')
    const owner = { email: 'ann@example.com', name: 'Ann', password: 'correct horse battery' }
    const elsewhere = { 'x-forwarded-for': '203.0.113.7' }
    const api = `${server.url}/api/v1`
    expect((await send(`${api}/setup`, { method: 'POST', headers: elsewhere, body: owner })).status).toBe(403)
    expect(
      (
        await send(`${api}/setup`, {
          method: 'POST',
          headers: elsewhere,
          body: { ...owner, token: link.searchParams.get('token') },
        })
      ).status,
    ).toBe(201)
    server.kill('SIGTERM')
    expect(await server.exit).toEqual({ code: 0, signal: null })

    const again = await spawnServer(environment)
    expect(again.url).toBeDefined()
    expect(again.output()).not.toContain('token')
    again.kill('SIGINT')
    expect(await again.exit).toEqual({ code: 0, signal: null })
  })

  test('refuses a key that isn’t the database’s own', async () => {
    const server = await spawnServer({ ...environment, HOLDFAST_SECRET_KEY: 'x'.repeat(40) })
    expect((await server.exit).code).toBe(1)
    expect(server.errors()).toContain('HOLDFAST_SECRET_KEY is not the key')
  })

  test('that is a worker answers only to what watches it', async () => {
    const server = await spawnServer({ ...environment, HOLDFAST_ROLE: 'worker' })
    expect((await send(`${server.url}/healthz`)).status).toBe(200)
    expect((await send(`${server.url}/readyz`)).status).toBe(200)
    for (const path of ['/', '/api/v1/setup', '/hooks/x']) expect((await send(`${server.url}${path}`)).status).toBe(404)
    server.kill('SIGTERM')
    expect((await server.exit).code).toBe(0)
  })

  test('starts many times at once on one empty database', async () => {
    const empty = await createTestDatabase()
    try {
      await empty.pool.query('drop schema engine cascade')
      const servers = await Promise.all(Array.from({ length: 4 }, () => spawnServer({ ...environment, DATABASE_URL: empty.url })))
      expect(servers.map((server) => server.errors()).join('')).not.toContain('"level":50')
      expect(servers.every((server) => server.url !== undefined)).toBe(true)
      const { rows } = await empty.pool.query('select * from app.workspaces')
      expect(rows).toHaveLength(1)
      for (const server of servers) server.kill('SIGTERM')
      expect(await Promise.all(servers.map((server) => server.exit))).toEqual(servers.map(() => ({ code: 0, signal: null })))
    } finally {
      await empty.drop()
    }
  })

  test('answers whoever it holds when it is stopped, and exits at once at a second signal', async () => {
    const apiKey = 'a'.repeat(40)
    const headers = { authorization: `Bearer ${apiKey}` }
    const document = {
      nodes: [
        { id: 'trigger', type: 'webhook', params: { path: 'held', respond: 'whenFinished' } },
        { id: 'wait', type: 'delay', params: { for: '1h' } },
      ],
      edges: [{ source: 'trigger', target: 'wait' }],
    }
    const server = await spawnServer({ ...environment, HOLDFAST_API_KEY: apiKey })
    const made = await send(`${server.url}/api/v1/flows`, { method: 'POST', headers, body: { document } })
    const flowId = String(made.json['id'])
    await send(`${server.url}/api/v1/flows/${flowId}/publish`, { method: 'POST', headers })
    const held = send(`${server.url}/hooks/held`)
    await waitFor('the wait', async () =>
      (await send(`${server.url}/api/v1/runs?flowId=${flowId}&status=waiting`, { headers })).text.includes('run_'),
    )
    server.kill('SIGTERM')
    expect(await held).toMatchObject({ status: 202, json: { runId: expect.stringMatching(/^run_/) } })
    expect(await server.exit).toEqual({ code: 0, signal: null })

    const code =
      'export default async () => { const end = Date.now() + 200000; while (Date.now() < end) await new Promise((r) => setTimeout(r, 100)) }'
    const again = await spawnServer({ ...environment, HOLDFAST_API_KEY: apiKey })
    const busy = {
      nodes: [
        { id: 'start', type: 'manual' },
        { id: 'busy', type: 'code', params: { code } },
      ],
      edges: [{ source: 'start', target: 'busy' }],
    }
    const second = await send(`${again.url}/api/v1/flows`, { method: 'POST', headers, body: { document: busy } })
    const run = await send(`${again.url}/api/v1/flows/${String(second.json['id'])}/runs`, {
      method: 'POST',
      headers,
      body: { version: 'draft' },
    })
    await waitFor('the step to be under way', async () =>
      (await send(`${again.url}/api/v1/runs/${String(run.json['id'])}/steps`, { headers })).text.includes('"running"'),
    )
    again.kill('SIGTERM')
    await waitFor('the stop to begin', async () => again.errors().includes('"stopping"'))
    again.kill('SIGTERM')
    expect((await again.exit).code).toBe(130)
  })

  test('can be many of each role: what one takes in any other carries out, and the one that was called answers', async () => {
    const apiKey = 'a'.repeat(40)
    const shared = { ...environment, HOLDFAST_API_KEY: apiKey }
    const roles = ['web', 'web', 'worker', 'worker'] as const
    const servers = await Promise.all(roles.map((role) => spawnServer({ ...shared, HOLDFAST_ROLE: role })))
    const webs = servers.slice(0, 2)
    const headers = { authorization: `Bearer ${apiKey}` }
    const publish = async (path: string, respond: string, steps: { id: string; type: string; params: object }[]) => {
      const nodes = [{ id: 'trigger', type: 'webhook', params: { path, respond } }, ...steps]
      const edges = steps.map((step, index) => ({ source: nodes[index]?.id, target: step.id }))
      const made = await send(`${webs[0]?.url}/api/v1/flows`, { method: 'POST', headers, body: { document: { nodes, edges } } })
      const sent = await send(`${webs[1]?.url}/api/v1/flows/${String(made.json['id'])}/publish`, { method: 'POST', headers })
      expect([path, sent.status]).toEqual([path, 200])
    }
    await publish('shared-answer', 'respondStep', [
      { id: 'pause', type: 'delay', params: { for: '50ms' } },
      { id: 'answer', type: 'respond', params: { status: 201, body: '{{ trigger.body.n * 2 }}' } },
      { id: 'rest', type: 'delay', params: { for: '1h' } },
    ])
    await publish('shared-end', 'whenFinished', [{ id: 'end', type: 'output', params: { value: '{{ trigger.body.n + 1 }}' } }])
    await publish('shared-failure', 'whenFinished', [{ id: 'stop', type: 'stop', params: { as: 'failed', message: 'no' } }])
    const calls = [1, 2, 3, 4, 5, 6].flatMap((n) =>
      webs.flatMap(({ url }) => ['answer', 'end', 'failure'].map((what) => ({ n, what, url: `${url}/hooks/shared-${what}` }))),
    )
    const answers = await Promise.all(calls.map(({ n, url }) => send(url, { method: 'POST', body: { n } })))
    const expected = calls.map(({ n, what }) =>
      what === 'answer' ? [201, n * 2] : what === 'end' ? [200, n + 1] : [500, 'stopped'],
    )
    expect(answers.map(({ status, text, json }) => [status, status === 500 ? json['code'] : Number(text)])).toEqual(expected)
    for (const { errors } of servers) expect(errors()).not.toContain('"level":50')
    for (const server of servers) server.kill('SIGTERM')
    expect(await Promise.all(servers.map((server) => server.exit))).toEqual(servers.map(() => ({ code: 0, signal: null })))
  })
})
