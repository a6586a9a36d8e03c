import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { killEngineProcesses, startEngineProcess } from '../testing/engine-process.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { watchLimits } from '../testing/watch-limits.ts'
import { watchSlots } from '../testing/watch-slots.ts'

let database: TestDatabase
let it: TestEngine
let limits: Awaited<ReturnType<typeof watchLimits>>
let slots: Awaited<ReturnType<typeof watchSlots>>

beforeAll(async () => {
  database = await createTestDatabase()
  limits = await watchLimits(database.pool)
  slots = await watchSlots(database.pool)
  it = createTestEngine(database, { leaseMs: 3000 })
  await it.engine.start()
})
afterAll(async () => {
  await killEngineProcesses()
  await it.engine.stop(1000)
  await database.drop()
})

interface Kept {
  kind: 'limited' | 'batching'
  n: number
  runId: string
}

/** A process that starts runs until it is killed at the place. Gives the starts it said were kept. */
async function startUntilDead(at: Failpoint, nth: number, name: string): Promise<Kept[]> {
  const { lines } = await startEngineProcess(new URL('../testing/control-child.ts', import.meta.url), database.url, {
    at: `${at}:${nth}`,
    name,
  }).over
  return lines.map((line): Kept => JSON.parse(line))
}

async function itemsOf(flowId: string): Promise<number[]> {
  const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 50 })
  const runs = await Promise.all(items.map(({ id }) => it.engine.getRun(testWorkspace, id)))
  return runs.flatMap((run) =>
    Array.isArray(run?.output) ? run.output.map((item) => Number(Reflect.get(Object(item), 'n'))) : [],
  )
}

const places: [Failpoint, number[]][] = [
  ['ingest.before-commit', [5]],
  ['ingest.after-commit', [4]],
  ['claim.before-commit', [4]],
  ['claim.after-commit', [2]],
  ['slot.before-commit', [5]],
  ['slot.after-commit', [2]],
  ['wait.before-release', [1]],
  ['finish.after-commit', [1]],
]

for (const [place, times] of places) {
  for (const nth of times) {
    test(`killed at ${place} for time ${nth}, what was kept runs, within its limits, and no item of a batch twice`, async () => {
      const name = `${place}_${nth}`
      const kept = await startUntilDead(place, nth, name)
      // Batches that are not full yet begin when their time is over.
      it.clock.advance(3_600_001)
      await waitFor('all runs to be over', async () => {
        const { rowCount } = await database.pool.query('select from engine.runs limit 1')
        return rowCount === 0 || undefined
      })
      for (const { kind, runId } of kept) {
        if (kind === 'limited') expect(await it.engine.getRun(testWorkspace, runId)).toMatchObject({ status: 'succeeded' })
      }
      const items = await itemsOf(`flow_batching_${name}`)
      expect(items).toHaveLength(new Set(items).size)
      expect(items).toEqual(expect.arrayContaining(kept.flatMap(({ kind, n }) => (kind === 'batching' ? [n] : []))))
      expect(await limits()).toMatchObject({ above: 0 })
      expect(await slots()).toMatchObject({ above: 0 })
      expect((await database.pool.query('select from engine.step_slots')).rowCount).toBe(0)
    })
  }
}
