import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCodeRunner } from '../code/index.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

const sandbox = createCodeRunner({ mostRunners: 1 })
let database: TestDatabase
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table public.ledger (key text not null)')
  it = createTestEngine(database, {
    leaseMs: 3000,
    runCode: (call) => sandbox.run(call),
    async fetch({ url }) {
      await database.pool.query('insert into public.ledger (key) values ($1)', [url])
      return { url, status: 200, statusText: '', headers: [], body: Buffer.from('ok'), redirected: false }
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await sandbox.stop()
  await database.drop()
})

/** Has another process work on the code until it kills itself in its n-th fetch. Gives the run it leaves behind. */
async function killedIn(code: string, nth: number): Promise<string> {
  await database.pool.query('truncate public.ledger')
  const script = fileURLToPath(new URL('../testing/code-crash-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, '--url', database.url, '--code', code, '--nth', String(nth)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [runId] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return runId
}

async function ledgerOf(): Promise<{ [key: string]: number }> {
  const { rows } = await database.pool.query<{ key: string; count: number }>(
    'select key, count(*)::int as count from public.ledger group by key order by key',
  )
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]))
}

test('kill -9 in the fifth of six steps of code does not repeat the four that are done', async () => {
  const code = `export default async ({ step, log }) => {
    const all = []
    for (const n of [1, 2, 3, 4, 5, 6]) {
      all.push(await step.run('step ' + n, async ({ idempotencyKey }) => (await fetch('http://l/' + n)).ok && idempotencyKey.split(':').slice(1).join(':')))
      log('did ' + n)
    }
    return all
  }`
  const runId = await killedIn(code, 5)
  const run = await it.ended(runId)
  expect(run).toMatchObject({
    status: 'succeeded',
    output: [1, 2, 3, 4, 5, 6].map((n) => `work%23step%20${n}`),
  })
  expect(await ledgerOf()).toEqual({
    'http://l/1': 1,
    'http://l/2': 1,
    'http://l/3': 1,
    'http://l/4': 1,
    'http://l/5': 2,
    'http://l/6': 1,
  })
  const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
  expect(items.map(({ path, attempts }) => [path, attempts.map(({ outcome }) => outcome)])).toEqual([
    ['work', ['lost', 'succeeded']],
    ['work#step 1', ['succeeded']],
    ['work#step 2', ['succeeded']],
    ['work#step 3', ['succeeded']],
    ['work#step 4', ['succeeded']],
    ['work#step 5', ['lost', 'succeeded']],
    ['work#step 6', ['succeeded']],
  ])
  const { items: lines } = await it.engine.listLogs(testWorkspace, runId, { limit: 99 })
  expect(lines.map(({ message }) => message)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `did ${n}`))
}, 60_000)

test('kill -9 beside other steps of code leaves those done that were', async () => {
  const code = `export default async ({ step }) => {
    const one = await (await fetch('http://l/before')).text()
    const two = await Promise.all(['a', 'b', 'c'].map((n) => step.run(n, async () => (await fetch('http://l/' + n)).ok && n)))
    return [one, ...two, await (await fetch('http://l/after')).text()]
  }`
  for (const nth of [1, 2, 4, 5]) {
    const runId = await killedIn(code, nth)
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: ['ok', 'a', 'b', 'c', 'ok'] })
    const ledger = await ledgerOf()
    const repeated = Object.values(ledger).reduce((sum, count) => sum + count - 1, 0)
    expect(Object.keys(ledger)).toHaveLength(5)
    expect(ledger['http://l/before']).toBe(nth === 1 ? 2 : 1)
    // At most what was under way: one alone, or the three side by side.
    expect(repeated).toBeLessThanOrEqual(nth === 4 ? 3 : nth === 2 ? 3 : 1)
  }
}, 120_000)
