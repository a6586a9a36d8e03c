import { claimRuns } from '#engine/db/claim-runs.ts'
import { createDatabase } from '#engine/db/database.ts'
import { insertWorker } from '#engine/db/workers.ts'
import type { RunFilter } from '#engine/index.ts'
import { startBenchEngine } from '../bench-engine.ts'
import { stepsInARow } from '../bench-flows.ts'
import { seedHistory } from '../seed-history.ts'
import { serve } from '../serve.ts'

/** This product with as long a history as it is given: how long runs, claims and pages of lists take. */
const { url } = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}')
const bench = await startBenchEngine({ url })
const hash = await bench.engine.savePlan({ plan: stepsInARow(5), code: {} })
const { workspaceId, flowId } = bench
const claimer = 'worker_of_bench'
const quiet = () => undefined
const database = createDatabase(bench.pool, { debug: quiet, info: quiet, warn: console.warn, error: console.error })

async function timeMs(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

async function times(count: number, act: (n: number) => Promise<unknown>): Promise<number[]> {
  const all: number[] = []
  for (let n = 0; n < count; n++) all.push(await timeMs(() => act(n)))
  return all
}

serve({
  seed: ({ count }: { count: number }) => seedHistory(url, { workspaceId, flowId }, hash, count),
  runs: ({ count }: { count: number }) => times(count, () => bench.runThrough(hash)),
  /** How long it takes to claim the one run that is ready. */
  async claims({ count }: { count: number }) {
    await database.write('delete from engine.workers where id = $1', [claimer])
    await insertWorker(database, {
      id: claimer,
      place: 'bench',
      processId: 0,
      processStart: '',
      lockKey: '0',
      leaseMs: 3_600_000,
    })
    const all: number[] = []
    for (let n = 0; n < count; n++) {
      await database.write(
        `insert into engine.runs (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, ready, created_at)
         values ($1, $2, $3, 1, $4, 'trigger', 'queued', true, now())`,
        [workspaceId, `run_claim${n}_${Date.now()}`, flowId, hash],
      )
      all.push(await timeMs(() => claimRuns(database, claimer, 0, 100)))
    }
    await database.write('delete from engine.runs where worker_id = $1', [claimer])
    return all
  },
  async lists({ count }: { count: number }) {
    const filters: { [name: string]: Omit<RunFilter, 'workspaceId' | 'limit'> } = {
      newest: {},
      'of one flow': { flowId },
      failed: { status: 'failed' },
      'of one flow that succeeded': { flowId, status: 'succeeded' },
    }
    const found: { [name: string]: number[] } = {}
    for (const [name, filter] of Object.entries(filters)) {
      found[name] = await times(count, () => bench.engine.listRuns({ workspaceId, limit: 50, ...filter }))
    }
    const middle = await bench.engine.listRuns({ workspaceId, limit: 50 })
    const cursor = middle.nextCursor ?? undefined
    found['the page after'] = await times(count, () =>
      bench.engine.listRuns({ workspaceId, limit: 50, ...(cursor === undefined ? {} : { cursor }) }),
    )
    return found
  },
  stop: () => bench.stop(),
})
