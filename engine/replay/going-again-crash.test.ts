import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { killEngineProcesses, startEngineProcess } from '../testing/engine-process.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table public.ledger (key text not null)')
  await begin()
})
afterAll(async () => {
  await killEngineProcesses()
  await it.engine.stop(1000)
  await database.drop()
})

async function begin(): Promise<void> {
  it = createTestEngine(database, {
    leaseMs: 3000,
    async runAction({ inputText, idempotencyKey }) {
      await database.pool.query('insert into public.ledger (key) values ($1)', [idempotencyKey])
      return inputText
    },
  })
  await it.engine.start()
}

/** A process that lets a run go again and dies on the way; what it said before that. Nobody else works meanwhile. */
async function dieAt(at: Failpoint, nth: number, what: { replay: string } | { bulk: string }): Promise<string | undefined> {
  await it.engine.stop(1000)
  const child = startEngineProcess(new URL('../testing/going-again-crash-child.ts', import.meta.url), database.url, {
    at: `${at}:${nth}`,
    ...what,
  })
  await child.over
  await begin()
  return child.firstLine
}

async function effectsOf(runId: string): Promise<{ [key: string]: number }> {
  const { rows } = await database.pool.query<{ key: string; count: number }>(
    'select key, count(*)::int as count from public.ledger where key like $1 group by key order by key',
    [`${runId}:%`],
  )
  return Object.fromEntries(rows.map(({ key, count }) => [decodeURIComponent(key.slice(runId.length + 1)), count]))
}

const flow = flowOf({
  a: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] },
  each: { type: 'forEach', params: { items: '{{ [1, 2, 3] }}', concurrency: 2 }, after: ['a'] },
  x: { params: { of: '{{ item }}' }, after: [], parent: 'each' },
  y: { params: { of: '{{ steps.x.of }}', n: '{{ steps.a.n }}' }, after: ['x'], parent: 'each' },
  b: { params: { all: '{{ steps.each }}' }, after: ['each'] },
})

describe('a process killed while a run is replayed', () => {
  const places: [Failpoint, number[]][] = [
    ['checkpoint.before-commit', [1, 3]],
    ['checkpoint.after-commit', [2]],
    ['step.before-effect', [2]],
    ['step.after-effect', [1, 3]],
    ['claim.after-commit', [2]],
    ['finish.after-commit', [1]],
  ]
  test.each(places.flatMap(([at, times]) => times.map((nth) => [at, nth] as const)))(
    'at %s for time %i leaves the replay to others: the same result, and nothing that was kept is done again',
    async (at, nth) => {
      const { runId } = await it.start(flow)
      const first = await it.ended(runId)
      const id = await dieAt(at, nth, { replay: runId })
      if (id === undefined) throw new Error('It died before it made the replay')
      expect(await it.ended(id)).toMatchObject({ status: 'succeeded', output: first.output, replayOf: runId })
      const effects = await effectsOf(id)
      expect(Object.keys(effects)).toEqual(['b', 'each[1]/x', 'each[1]/y'])
      expect(Math.max(...Object.values(effects))).toBeLessThanOrEqual(2)
      expect(Object.values(effects).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(4)
    },
  )
})

test.each([
  ['bulk.before-advance', 1],
  ['bulk.before-advance', 2],
  ['step.after-effect', 3],
] as const)(
  'a process killed at %s for time %i in a bulk action leaves the rest to others, and replays nothing twice',
  async (at, nth) => {
    const flowId = `flow_${at}_${nth}`
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.push((await it.start(flow, { flowId })).runId)
    for (const id of ids) await it.ended(id)
    const job = await dieAt(at, nth, { bulk: flowId })
    if (job === undefined) throw new Error('It died before it had made the bulk action')
    // In place of waiting for the lease of the one that died.
    await database.pool.query('update engine.bulk_jobs set next_at = now() where id = $1', [job])
    await it.engine.stop(1000)
    await begin()
    const state = await waitFor('the bulk action', async () => {
      const now = await it.engine.getBulk(testWorkspace, job)
      return now.finishedAt === null ? undefined : now
    })
    expect(state).toMatchObject({ count: 7, outcomes: { done: 7 } })
    const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 100 })
    const replays = items.filter((run) => run.replayOf !== null)
    expect(replays.map((run) => run.replayOf).toSorted()).toEqual(ids.toSorted())
    for (const { id } of replays) {
      expect(await it.ended(id)).toMatchObject({ status: 'succeeded' })
      expect(Object.keys(await effectsOf(id))).toEqual(['b'])
    }
  },
)
