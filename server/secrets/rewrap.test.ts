import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pool } from 'pg'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { insertSecret } from '../db/insert-secret.ts'
import { createLog } from '../log.ts'
import { prepareDatabase } from '../start/database.ts'
import { appMigrations } from '../testing/test-server.ts'
import { masterKeysFrom } from './master-keys.ts'
import { rewrapDataKeys } from './rewrap.ts'
import { createSecretStore } from './secret-store.ts'

const oldKey = 'the key of the first years, 32 characters'
const newKey = 'the key that came after it, 32 characters'
let database: TestDatabase
let pool: Pool
let workspaceId: string

beforeAll(async () => {
  database = await createTestDatabase([appMigrations])
  pool = database.pool
  workspaceId = (await prepareDatabase(pool, oldKey)).workspaceId
})
afterAll(() => database.drop())

const storeWith = (key: string, previous?: string) =>
  createSecretStore({ pool, masterKeys: masterKeysFrom(key, previous), log: createLog('error') })
const place = () => ({ workspaceId, name: 'token', version: 1 })

test('a change of the master key wraps the keys of workspaces anew and leaves the secrets as they are', async () => {
  const running = storeWith(oldKey)
  const { keyId, sealed } = await running.seal(pool, place(), 'what is inside')
  await insertSecret(pool, { ...place(), keyId, sealed, hosts: [], flows: null, createdBy: undefined })
  const open = (store: typeof running) => store.open({ workspaceId, flowId: 'flow_1' }, 'token')
  expect(await open(running)).toMatchObject({ value: 'what is inside', version: 1 })

  await expect(prepareDatabase(pool, newKey)).rejects.toThrow('is not the key this database was first used with')
  await prepareDatabase(pool, newKey, oldKey)
  expect(await rewrapDataKeys(pool, masterKeysFrom(newKey, oldKey))).toBe(1)
  expect(await rewrapDataKeys(pool, masterKeysFrom(newKey, oldKey))).toBe(0)
  expect(await open(storeWith(newKey))).toMatchObject({ value: 'what is inside' })
  // A server that still runs with the old key goes on, and a new one with it is refused.
  expect(await open(running)).toMatchObject({ value: 'what is inside' })
  await expect(open(storeWith(oldKey))).rejects.toThrow('encrypted with another HOLDFAST_SECRET_KEY')
  await expect(prepareDatabase(pool, oldKey)).rejects.toThrow('is not the key')
  const { rows } = await pool.query(`select action from app.audit_log where action = 'secrets.rewrapped'`)
  expect(rows).toHaveLength(1)
})

test('what is encrypted opens only where it belongs and as it was', async () => {
  const store = storeWith(newKey)
  const { keyId, sealed } = await store.seal(pool, place(), 'another')
  await insertSecret(pool, { workspaceId, name: 'moved', keyId, sealed, hosts: [], flows: null, createdBy: undefined })
  await expect(store.open({ workspaceId, flowId: 'flow_1' }, 'moved')).rejects.toThrow()
  sealed[sealed.length - 1]! ^= 1
  await insertSecret(pool, { ...place(), name: 'bent', keyId, sealed, hosts: [], flows: null, createdBy: undefined })
  await expect(store.open({ workspaceId, flowId: 'flow_1' }, 'bent')).rejects.toThrow()
})

test('a flow gets only what it was given', async () => {
  const store = storeWith(newKey)
  const { keyId, sealed } = await store.seal(pool, { workspaceId, name: 'few', version: 1 }, 'for few')
  await insertSecret(pool, { workspaceId, name: 'few', keyId, sealed, hosts: [], flows: ['flow_1'], createdBy: undefined })
  expect(await store.open({ workspaceId, flowId: 'flow_1' }, 'few')).toMatchObject({ value: 'for few' })
  await expect(store.open({ workspaceId, flowId: 'flow_2' }, 'few')).rejects.toMatchObject({
    code: 'secret_unavailable',
    message: expect.stringContaining('The secret "few" is not shared with this flow.'),
  })
  await expect(store.open({ workspaceId, flowId: 'flow_1' }, 'none')).rejects.toMatchObject({
    code: 'secret_unavailable',
    message: expect.stringContaining('There is no secret called "none".'),
  })
})
