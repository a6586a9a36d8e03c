import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { send } from '../testing/send.ts'
import { killSpawned, type SpawnedServer, spawnServer } from '../testing/spawn-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

const apiKey = 'an-api-key-of-the-environment-that-is-long-enough'
const headers = { authorization: `Bearer ${apiKey}` }
const oldKey = 'o'.repeat(40)
const newKey = 'n'.repeat(40)
let folder: string
let database: TestDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-key-'))
  database = await createTestDatabase()
})
afterAll(async () => {
  killSpawned()
  await database.drop()
  await rm(folder, { recursive: true })
})

async function start(keys: { [name: string]: string }): Promise<SpawnedServer & { url: string }> {
  const environment = { PORT: '0', DATABASE_URL: database.url, HOLDFAST_DATA_DIR: folder, HOLDFAST_API_KEY: apiKey }
  const server = await spawnServer({ ...environment, ...keys })
  if (server.url === undefined) throw new Error(server.errors())
  return { ...server, url: server.url }
}

const api = (server: { url: string }, method: string, path: string, body?: unknown) =>
  send(`${server.url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) })

test('the key is changed while servers run, and a shared value changed at one is seen at the other', async () => {
  const before = await start({ HOLDFAST_SECRET_KEY: oldKey })
  await api(before, 'PUT', '/secrets/token', { value: 'what-is-inside' })
  await api(before, 'PUT', '/variables/word', { value: 'first' })
  const document = {
    nodes: [
      { id: 'start', type: 'manual' },
      {
        id: 'code',
        type: 'code',
        params: { code: `export default async ({ secrets, vars }) => [(await secrets.get('token')).length, vars.word]` },
      },
    ],
    edges: [{ source: 'start', target: 'code' }],
  }
  const made = await api(before, 'POST', '/flows', { document })
  const flow = String(made.json['id'])
  await api(before, 'POST', `/flows/${flow}/publish`, {})
  const runAt = async (server: { url: string }) =>
    (await api(server, 'POST', `/flows/${flow}/runs`, { wait: 120 })).json['output']
  expect(await runAt(before)).toEqual([14, 'first'])

  const after = await start({ HOLDFAST_SECRET_KEY: newKey, HOLDFAST_SECRET_KEY_PREVIOUS: oldKey })
  expect(after.errors()).toContain('encrypted with the new HOLDFAST_SECRET_KEY now')
  expect(await runAt(after)).toEqual([14, 'first'])
  expect(await runAt(before)).toEqual([14, 'first'])

  await api(after, 'PUT', '/variables/word', { value: 'second' })
  expect(await runAt(after)).toEqual([14, 'second'])
  await waitFor('the other server to hear of it', async () => JSON.stringify(await runAt(before)) === '[14,"second"]')

  for (const server of [before, after]) server.kill('SIGTERM')
  await Promise.all([before.exit, after.exit])
  const alone = await start({ HOLDFAST_SECRET_KEY: newKey })
  expect(await runAt(alone)).toEqual([14, 'second'])
  alone.kill('SIGTERM')
  await alone.exit
})
