import { createEngine, migrate, type Engine, defaultLimits } from '#engine/index.ts'
import { catalogFrom, type NodeType } from '#shared/manifest.ts'
import { compile } from '#shared/compile.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { Flow } from '#shared/flow.ts'
import { idFrom } from '#shared/ids.ts'
import type { Plan } from '#shared/plan.ts'
import { randomBytes } from 'node:crypto'
import pg from 'pg'

const trivial: NodeType = {
  type: 'bench.trivial',
  role: 'step',
  runs: 'action',
  family: 'app',
  title: 'Trivial',
  description: 'Answers at once; stands for any call with an effect',
  icon: 'zap',
  keywords: [],
  params: { type: 'object', properties: { value: { expression: true } } },
  handles: ['out'],
  effect: true,
  defaults: {},
  settings: { maxAttempts: 3, timeoutMs: 60_000 },
}

/** Webhook → set → respond: nothing in it touches the outside. */
function pureSteps(): Plan {
  return planOf({
    nodes: [
      { id: 'trigger', type: 'webhook', params: { path: 'pure', respond: 'respondStep' } },
      { id: 'answer', type: 'set', params: { values: { total: '{{ trigger.body.qty * 7 }}' } } },
      { id: 'reply', type: 'respond', params: { body: '{{ steps.answer }}' } },
    ],
    edges: [
      { source: 'trigger', target: 'answer' },
      { source: 'answer', target: 'reply' },
    ],
  })
}

/** A trigger and five steps with an effect, one after another: each waits for the one before to be durable. */
function fiveSteps(): Plan {
  const ids = ['one', 'two', 'three', 'four', 'five']
  return planOf({
    nodes: [
      { id: 'trigger', type: 'manual' },
      ...ids.map((id, index) => ({
        id,
        type: 'bench.trivial',
        params: { value: index === 0 ? '{{ trigger.body }}' : `{{ steps.${ids[index - 1]}.value }}` },
      })),
    ],
    edges: ids.map((id, index) => ({ source: index === 0 ? 'trigger' : ids[index - 1], target: id })),
  })
}

function planOf(document: object): Plan {
  const compiled = compile(Flow.parse(document), catalogFrom([...coreNodeTypes, trivial]))
  if (!compiled.plan) throw new Error(compiled.problems.map((problem) => problem.message).join('\n'))
  return compiled.plan
}

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
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  await migrate(pool, { schema: 'engine', directory: new URL('../engine/db/migrations/', import.meta.url) })
  const quiet = () => {}
  const engine: Engine = createEngine({
    pool,
    directUrl: url,
    runAction: async (call) => call.inputText,
    runCode: () => Promise.reject(new Error('No code in this bench')),
    fetch: () => Promise.reject(new Error('No network in this bench')),
    clock: { offsetMs: () => 0, sleepUntil: (at, now, signal) => sleep(at - now, signal) },
    log: {
      debug: quiet,
      info: quiet,
      warn: (facts, message) => console.warn(message, facts),
      error: (facts, message) => console.error(message, facts),
    },
    signingKeys: [randomBytes(32)],
    hooksUrl: 'http://127.0.0.1',
    leaseMs: 30_000,
    limits: defaultLimits,
    role: 'all',
  })
  await engine.start()
  const pure = await engine.savePlan({ plan: pureSteps(), code: {} })
  const five = await engine.savePlan({ plan: fiveSteps(), code: {} })
  const workspaceId = idFrom('workspace', Date.now(), randomBytes(10))
  const flowId = idFrom('flow', Date.now(), randomBytes(10))

  const one = async (planHash: string) => {
    const started = await engine.startRun({
      workspaceId,
      flowId,
      version: 1,
      planHash,
      triggerId: 'trigger',
      trigger: `{"kind":"manual","at":"${new Date().toISOString()}","body":{"qty":6}}`,
    })
    const reply = await started.reply
    if (reply.kind === 'ended' && reply.status !== 'succeeded') throw new Error(`A bench run ended as ${JSON.stringify(reply)}`)
  }

  const rows: EngineRow[] = []
  const kinds = [
    { what: 'webhook → set → respond', planHash: pure, concurrent: 1, steps: 2 },
    ...concurrencies.map((concurrent) => ({ what: 'five durable steps', planHash: five, concurrent, steps: 5 })),
  ]
  for (const { what, planHash, concurrent, steps } of kinds) {
    await runFor(() => one(planHash), concurrent, 0.5)
    const before = await engine.metrics()
    const fsyncsBefore = await fsyncs(pool)
    const { runs, elapsed } = await runFor(() => one(planHash), concurrent, seconds)
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
  await engine.stop(5000)
  await pool.end()
  return rows
}

async function runFor(one: () => Promise<void>, concurrent: number, seconds: number): Promise<{ runs: number; elapsed: number }> {
  let runs = 0
  const began = performance.now()
  const until = began + seconds * 1000
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      while (performance.now() < until) {
        await one()
        runs += 1
      }
    }),
  )
  return { runs, elapsed: (performance.now() - began) / 1000 }
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

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1))
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
