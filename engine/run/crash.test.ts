import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { crashResult } from '../testing/crash-flow.ts'
import { killEngineProcesses, startEngineProcess } from '../testing/engine-process.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, signingKey, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { waitToken } from '../waits/wait-token.ts'

let database: TestDatabase
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table public.ledger (key text not null, at timestamptz not null default clock_timestamp())')
  it = createTestEngine(database, {
    leaseMs: 3000,
    async runAction({ inputText, idempotencyKey }) {
      await database.pool.query('insert into public.ledger (key) values ($1)', [idempotencyKey])
      return inputText
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await killEngineProcesses()
  await it.engine.stop(1000)
  await database.drop()
})

async function lastRun(): Promise<string | undefined> {
  const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, limit: 1 })
  return items[0]?.id
}

/** Calls the wait if the child did not live to, and gives the run's end. */
async function seeThrough(runId: string) {
  await it.until(runId, (run) => run.status === 'waiting' || run.finishedAt !== null)
  await it.engine.resume(waitToken([signingKey], runId, 'hold'), { method: 'POST', headers: {}, query: {}, body: '"go"' })
  return it.ended(runId)
}

async function effectsOf(runId: string): Promise<{ [key: string]: number }> {
  const { rows } = await database.pool.query<{ key: string; count: number }>(
    'select key, count(*)::int as count from public.ledger where key like $1 group by key order by key',
    [`${runId}:%`],
  )
  return Object.fromEntries(rows.map(({ key, count }) => [key.slice(runId.length + 1), count]))
}

describe('a process killed at any place', () => {
  const places: [Failpoint, number[]][] = [
    ['checkpoint.before-commit', [1, 2, 3, 4, 5]],
    ['checkpoint.after-commit', [1, 2, 3, 4, 5]],
    ['step.before-effect', [1, 2, 3]],
    ['step.after-effect', [1, 2, 3]],
    ['wait.before-release', [1]],
    ['claim.after-commit', [2]],
    ['ingest.before-commit', [1]],
    ['ingest.after-commit', [1]],
    ['advance.decided', [1, 2, 3, 4]],
    ['finish.before-commit', [1]],
    ['finish.after-commit', [1]],
    ['wait.before-arrival', [1]],
    ['wait.after-arrival', [1]],
  ]
  test.each(places.flatMap(([at, times]) => times.map((nth) => [at, nth] as const)))(
    'at %s for time %i leaves its run to others, who finish it with the same result',
    async (at, nth) => {
      const before = await lastRun()
      const child = startEngineProcess(new URL('../testing/crash-child.ts', import.meta.url), database.url, {
        at: `${at}:${nth}`,
      })
      const said = await child.firstLine
      const runId = said ?? (await lastRun())
      await child.over
      if (runId === undefined || runId === before) {
        // It died before its first commit: then nobody was told of a run, and there is none.
        expect(`${at} ${nth}`).toMatch(/^(checkpoint|ingest).before-commit 1|^advance.decided/)
        return
      }
      expect(await seeThrough(runId)).toMatchObject({ status: 'succeeded', output: crashResult })
      const effects = await effectsOf(runId)
      expect(Object.keys(effects)).toEqual(['a', 'b', 'c'])
      // Only an effect whose outcome was not committed yet is repeated, under the same key.
      const repeated = Object.values(effects).reduce((sum, count) => sum + count, -3)
      expect(repeated).toBeLessThanOrEqual(at === 'step.after-effect' || at.endsWith('-commit') ? 2 : 1)
      const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
      for (const { attempts } of items) expect(attempts.filter((one) => one.outcome === 'succeeded')).toHaveLength(1)
    },
  )
})

test('a run goes on after a kill -9 without waiting for the lease to end, and shows the attempt that was lost', async () => {
  const child = startEngineProcess(new URL('../testing/crash-child.ts', import.meta.url), database.url, {
    hang: true,
    lease: '3600000',
  })
  const runId = (await child.firstLine) ?? ''
  await waitFor('the effect', async () => (await effectsOf(runId))['a'] === 1 || undefined)
  await child.kill()
  const restarted = createTestEngine(database, { leaseMs: 3_600_000, runAction: async ({ inputText }) => inputText })
  await restarted.engine.start()
  await restarted.until(runId, (run) => run.status === 'waiting')
  await restarted.engine.stop(1000)
  const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
  const a = items.find((step) => step.path === 'a')
  expect(a?.attempts.map((one) => one.outcome)).toEqual(['lost', 'succeeded'])
  await seeThrough(runId)
})

test('a worker that was stopped past its lease commits nothing when it comes back', async () => {
  const child = startEngineProcess(new URL('../testing/crash-child.ts', import.meta.url), database.url, {
    hang: true,
    lease: '1500',
  })
  const runId = (await child.firstLine) ?? ''
  await waitFor('the effect', async () => (await effectsOf(runId))['a'] === 1 || undefined)
  child.signal('SIGSTOP')
  await it.until(runId, (run) => run.status === 'waiting')
  child.signal('SIGCONT')
  // It finds that it was declared gone, drops what it held, and begins again as another worker.
  await waitFor('the old worker to notice', async () => {
    const { rowCount } = await database.pool.query("select from engine.workers where state = 'live'")
    return rowCount === 2 || undefined
  })
  await child.kill()
  expect(await seeThrough(runId)).toMatchObject({ status: 'succeeded', output: crashResult })
  // As a new worker it may take part again; of what it held before it has said nothing.
  const { rows } = await database.pool.query(
    "select kind from engine.events where run_id = $1 and path = 'a' and attempt = 1 order by seq",
    [runId],
  )
  expect(rows.map(({ kind }) => kind)).toEqual(['step.started', 'step.lost'])
})
