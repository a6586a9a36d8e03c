import { startBenchEngine } from './engine/bench-engine.ts'
import { pureSteps, stepsInARow } from './engine/bench-flows.ts'
import { runFor } from './engine/run-for.ts'
import type pg from 'pg'

export interface EngineRow {
  what: string
  concurrent: number
  runsPerSecond: number
  stepsPerSecond: number
  commitsPerRun: number
  statementsPerRun: number
  fsyncsPerRun: number | undefined
}

/** A pure run alone, then five trivial durable steps a run with so many runs at once, each for so many seconds. */
export async function benchEngine(url: string, concurrencies: number[], seconds: number): Promise<EngineRow[]> {
  const { engine, pool, runThrough, stop } = await startBenchEngine({ url })
  const pure = await engine.savePlan({ plan: pureSteps(), code: {} })
  const five = await engine.savePlan({ plan: stepsInARow(5), code: {} })

  const rows: EngineRow[] = []
  const kinds = [
    { what: 'webhook → set → respond', planHash: pure, concurrent: 1, steps: 2 },
    ...concurrencies.map((concurrent) => ({ what: 'five durable steps', planHash: five, concurrent, steps: 5 })),
  ]
  for (const { what, planHash, concurrent, steps } of kinds) {
    await runFor(() => runThrough(planHash), concurrent, 0.5)
    const before = await engine.metrics()
    const fsyncsBefore = await fsyncs(pool)
    const { runs, seconds: elapsed } = await runFor(() => runThrough(planHash), concurrent, seconds)
    const after = await engine.metrics()
    const fsyncsAfter = await fsyncs(pool)
    rows.push({
      what,
      concurrent,
      runsPerSecond: runs / elapsed,
      stepsPerSecond: (runs * steps) / elapsed,
      commitsPerRun: (after.commits - before.commits) / runs,
      statementsPerRun: (after.statements - before.statements) / runs,
      fsyncsPerRun: fsyncsBefore === undefined || fsyncsAfter === undefined ? undefined : (fsyncsAfter - fsyncsBefore) / runs,
    })
  }
  await stop()
  return rows
}

/** WAL fsyncs of the whole server so far; PostgreSQL 18 counts them in pg_stat_io, older ones in pg_stat_wal. */
async function fsyncs(pool: pg.Pool): Promise<number | undefined> {
  const { rows: version } = await pool.query<{ n: string }>("select current_setting('server_version_num') as n")
  const newer = Number(version[0]?.n) >= 180000
  const { rows } = await pool.query<{ n: string | null }>(
    newer ? "select sum(fsyncs) as n from pg_stat_io where object = 'wal'" : 'select wal_sync as n from pg_stat_wal',
  )
  return rows[0]?.n == null ? undefined : Number(rows[0].n)
}
