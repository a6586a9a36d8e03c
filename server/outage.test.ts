import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { greetedTalk } from './mail/testing/smtp-talk.ts'
import { chain, publishFlow } from './testing/flows.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

/** Lets nobody into the server's database and puts out who is in, as a failing or restarting PostgreSQL does. */
async function setAway(isAway: boolean): Promise<void> {
  const name = new URL(server.database.url).pathname.slice(1)
  const admin = new Client({ connectionString: process.env['TEST_DATABASE_URL'] })
  await admin.connect()
  await admin.query(`alter database ${name} with allow_connections ${String(!isAway)}`)
  if (isAway) await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  await admin.end()
}

test('while the database is away callers are asked to come again, and afterwards everything goes on', async () => {
  // Connections nobody uses at the moment are cut as well; whoever owns the pool hears of it.
  server.database.pool.on('error', () => undefined)
  const headers = await server.makeKey(['admin'])
  const { url } = await publishFlow(
    server,
    headers,
    chain(
      { id: 'trigger', type: 'webhook', params: { respond: 'respondStep' } },
      { id: 'answer', type: 'respond', params: { status: 200, body: 'ok' } },
    ),
  )
  expect((await server.send(url)).text).toBe('ok')
  await publishFlow(server, headers, chain({ id: 'start', type: 'email', params: { path: 'box' } }))
  const port = await server.takeMail()

  await setAway(true)
  const talk = await greetedTalk(port)
  expect(await talk.say('MAIL FROM:<a@nimbus.example>', 'RCPT TO:<box@mail.test>')).toMatch(/^451 /)
  talk.hangUp()
  for (const path of ['/api/v1/flows', '/hooks/nobody', '/readyz']) {
    const sent = await server.send(path, { headers })
    expect([path, sent.status]).toEqual([path, 503])
    expect(Number(sent.headers['retry-after'])).toBeGreaterThan(0)
    expect(sent.json).toMatchObject({ code: 'database_unavailable' })
    expect(sent.text).not.toMatch(/postgres|holdfast_test/i)
  }
  expect((await server.send('/healthz')).status).toBe(200)

  await setAway(false)
  await waitFor('the database to be back', async () => (await server.send('/readyz')).status === 200)
  await waitFor('runs to go on', async () => (await server.send(url)).text === 'ok')
  const again = await greetedTalk(port)
  const envelope = ['MAIL FROM:<a@nimbus.example>', 'RCPT TO:<box@mail.test>', 'DATA']
  expect(await again.say(...envelope, 'Subject: after\r\n\r\nhello\r\n.')).toMatch(/^250/)
  again.hangUp()
})
