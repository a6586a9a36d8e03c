import { Client, Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { poolThrough } from '../testing/pool-through.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, mustStart, quietLog, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
let admin: Client
let gate: Promise<void> = Promise.resolve()
const effects = new Map<string, number>()

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new Client({ connectionString: database.url })
  await admin.connect()
  it = createTestEngine(database, {
    log: { ...quietLog, error: () => undefined },
    async runAction({ input, idempotencyKey, run }) {
      if (run.nodeId === 's3') await gate
      effects.set(idempotencyKey, (effects.get(idempotencyKey) ?? 0) + 1)
      return input['bad'] ? '"a\0b"' : '"fine"'
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await admin.end()
  await database.drop()
})

const five = flowOf(Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`s${n}`, { after: [n === 1 ? 'trigger' : `s${n - 1}`] }])))

test('runs that are under way together share their commits', async () => {
  const planHash = await it.engine.savePlan(five)
  const before = await it.engine.metrics()
  const start = { workspaceId: testWorkspace, flowId: 'flow_a', version: 1, planHash, triggerId: 'trigger', trigger: '{}' }
  const runs = await Promise.all(Array.from({ length: 50 }, async () => mustStart(await it.engine.startRun(start))))
  for (const { reply } of runs) expect(await reply).toMatchObject({ status: 'succeeded' })
  const after = await it.engine.metrics()
  // Fifty runs of five effects: six commits if all keep step, three hundred if none does.
  expect(after.commits - before.commits).toBeLessThan(125)
  expect(after.checkpoints - before.checkpoints).toBe(50 * 12)
})

test('data the database can’t store fails its own step and holds up nobody else', async () => {
  const bad = flowOf({ good: { after: ['trigger'] }, act: { params: { bad: '{{ trigger.body.bad }}' }, after: ['good'] } })
  const runs = await Promise.all(
    Array.from({ length: 9 }, (_, i) => it.start(bad, { trigger: JSON.stringify({ body: { bad: i === 4 } }) })),
  )
  for (const [i, { runId }] of runs.entries()) {
    const run = await it.ended(runId)
    if (i === 4) expect(run).toMatchObject({ status: 'failed', error: { code: 'internal', path: 'act' } })
    else expect(run).toMatchObject({ status: 'succeeded' })
  }
})

test('a database that cuts every connection loses nothing and repeats no effect', async () => {
  effects.clear()
  const { promise, resolve } = Promise.withResolvers<void>()
  gate = promise
  const runs = await Promise.all(Array.from({ length: 30 }, () => it.start(five)))
  const replies = runs.map(({ reply }) => reply)
  const cut =
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
  await waitFor('the second step of all', () => effects.size === 60 || undefined)
  await admin.query(cut)
  resolve()
  for (let i = 0; i < 5; i++) await admin.query(cut)
  for (const reply of replies) expect(await reply).toMatchObject({ status: 'succeeded' })
  expect(effects.size).toBe(150)
  expect([...effects.values()].every((count) => count === 1)).toBe(true)
  const { rows } = await admin.query(`select run_id from engine.events group by run_id having count(*) <> max(seq) + 1`)
  expect(rows).toEqual([])
})

test('a commit whose answer was lost is looked up, not written twice', async () => {
  let toLose = 6
  const pool = new Pool({ connectionString: database.url, max: 5 })
  const losing = poolThrough(pool, () => async (send, text) => {
    const answer = await send()
    // The commits themselves, and the look-ups of what became of them.
    if (/engine\.(commit_|events)/.test(text) && toLose-- > 0) throw new Error('Connection terminated unexpectedly')
    return answer
  })
  const calls: string[] = []
  const other = createTestEngine(
    { url: database.url, pool: losing },
    {
      async runAction({ run }) {
        calls.push(run.nodeId)
        return '1'
      },
    },
  )
  await other.engine.start()
  const { runId, reply } = await other.start(five)
  expect(await reply).toMatchObject({ status: 'succeeded' })
  expect(toLose).toBeLessThanOrEqual(0)
  expect(calls).toEqual(['s1', 's2', 's3', 's4', 's5'])
  const { rows } = await admin.query('select count(*)::int as events, max(seq) as last from engine.events where run_id = $1', [
    runId,
  ])
  expect(rows).toEqual([{ events: 12, last: 11 }])
  await other.engine.stop(1000)
  await pool.end()
})
