import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { killEngineProcesses, startEngineProcess } from '../testing/engine-process.ts'
import type { FlowShelf } from '../testing/flow-shelf.ts'
import { actForCrash, callingResult, shelfForCrash } from '../testing/sub-flow-crash.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
let shelf: FlowShelf

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table public.ledger (key text not null)')
  it = createTestEngine(database, {
    leaseMs: 3000,
    flows: {
      find: (...asked) => shelf.find(...asked),
      findFailureFlows: (...asked) => shelf.findFailureFlows(...asked),
    },
    runAction: (call) =>
      actForCrash(call, () => database.pool.query('insert into public.ledger (key) values ($1)', [call.idempotencyKey])),
  })
  shelf = await shelfForCrash(() => it)
  await it.engine.start()
})
afterAll(async () => {
  await killEngineProcesses()
  await it.engine.stop(1000)
  await database.drop()
})

async function rowsOf<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
  return (await database.pool.query<Row>(text, values)).rows
}

const places: [Failpoint, number[]][] = [
  ['child.before-start', [1, 3, 4]],
  ['child.after-start', [1, 3, 4]],
  ['checkpoint.before-commit', [2, 3, 4, 5]],
  ['checkpoint.after-commit', [2, 3, 4, 5]],
  ['finish.before-commit', [1, 2]],
  ['finish.after-commit', [1, 2]],
  ['outbox.before-tell', [1, 2]],
  ['outbox.after-tell', [1, 2]],
  ['outbox.before-forget', [1]],
]
test.each(places.flatMap(([at, times]) => times.map((nth) => [at, nth] as const)))(
  'killed at %s for time %i, a run still runs each other flow once and hears of each end',
  async (at, nth) => {
    const child = startEngineProcess(new URL('../testing/sub-flow-crash-child.ts', import.meta.url), database.url, {
      at: `${at}:${nth}`,
    })
    expect(await child.over).toMatchObject({ signal: 'SIGKILL' })
    const runId = await child.firstLine
    if (runId === undefined) throw new Error('It died before its run was committed')
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: callingResult })
    await waitFor('everything to be told', async () => {
      const left = await rowsOf('select from engine.outbox union all select from engine.runs', [])
      return left.length === 0 || undefined
    })
    const children = await rowsOf<{ id: string; flowId: string }>(
      'select id, flow_id as "flowId" from engine.history where parent = $1 order by flow_id',
      [runId],
    )
    expect(children.map(({ flowId }) => flowId)).toEqual(['broken', 'work', 'work', 'work'])
    const followers = await rowsOf('select id from engine.history where parent = $1', [children[0]?.id])
    expect(followers).toHaveLength(1)
    // Whatever was repeated was repeated under its own key.
    const keys = await rowsOf<{ key: string }>('select distinct key from public.ledger', [])
    const runs = new Set([...children.map(({ id }) => id), ...followers.map((one) => Object.values(one)[0])])
    expect(keys.filter(({ key }) => runs.has(key.split(':')[0] ?? ''))).toHaveLength(5)
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 20 })
    for (const { attempts } of items) expect(attempts.filter((one) => one.outcome === 'succeeded').length).toBeLessThan(2)
  },
)
