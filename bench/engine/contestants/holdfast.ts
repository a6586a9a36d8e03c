import { startBenchEngine } from '../bench-engine.ts'
import { stepsInARow } from '../bench-flows.ts'
import { runFor } from '../run-for.ts'
import { serve } from '../serve.ts'

/** This product's engine: runs of five steps, each of which waits for the one before to be durable. */
const { url } = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}')
const bench = await startBenchEngine({ url })
const five = await bench.engine.savePlan({ plan: stepsInARow(5), code: {} })

serve({
  steps: ({ concurrent, seconds }: { concurrent: number; seconds: number }) =>
    runFor(() => bench.runThrough(five), concurrent, seconds),
  /** Checkpoints of steps that are in the database, whatever became of the runs. */
  async saved() {
    const { rows } = await bench.pool.query<{ runs: number; steps: number }>(
      `select (select count(*) from engine.history)::int as runs,
         (select count(*) from engine.events where kind = 'step.finished')::int as steps`,
    )
    return rows[0]
  },
  stop: () => bench.stop(),
})
