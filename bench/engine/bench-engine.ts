import {
  createEngine,
  defaultLimits,
  engineMigrations,
  migrate,
  type ActionRunner,
  type CodeRunner,
  type Engine,
  type Reply,
  type StartedRun,
} from '#engine/index.ts'
import { idFrom } from '#shared/ids.ts'
import type { JsonText } from '#shared/json.ts'
import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'

/** The same in every process of a bench, so that one can carry out what another started. */
export interface Place {
  workspaceId: string
  flowId: string
}

export interface BenchEngine extends Place {
  engine: Engine
  pool: pg.Pool
  start(planHash: string, trigger?: JsonText): Promise<StartedRun>
  /** One run from its start to the answer; throws unless it succeeded. */
  runThrough(planHash: string, trigger?: JsonText): Promise<Reply>
  stop(): Promise<void>
}

/** An engine on the given database whose actions answer at once, unless told what they do. */
export async function startBenchEngine(options: {
  url: string
  role?: 'all' | 'web' | 'worker'
  runAction?: ActionRunner
  runCode?: CodeRunner
}): Promise<BenchEngine> {
  const { url, role = 'all' } = options
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  await migrate(pool, engineMigrations)
  const quiet = () => {}
  const engine = createEngine({
    pool,
    directUrl: url,
    runAction: options.runAction ?? (async (call) => call.inputText),
    runCode: options.runCode ?? (() => Promise.reject(new Error('No code in this bench'))),
    fetch: () => Promise.reject(new Error('No network in this bench')),
    flows: { find: () => Promise.reject(new Error('No other flows in this bench')), findFailureFlows: async () => [] },
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
    role,
  })
  await engine.start()
  const workspaceId = idFrom('workspace', 0, createHash('sha256').update('bench').digest().subarray(0, 10))
  const flowId = idFrom('flow', 0, createHash('sha256').update('bench').digest().subarray(0, 10))

  async function start(planHash: string, trigger?: JsonText): Promise<StartedRun> {
    const started = await engine.startRun({
      workspaceId,
      flowId,
      version: 1,
      planHash,
      triggerId: 'trigger',
      trigger: trigger ?? `{"kind":"manual","at":"${new Date().toISOString()}","body":{"qty":6}}`,
    })
    if (started.runId === null) throw new Error(`A bench run was dropped: ${started.reason}`)
    return started
  }

  return {
    engine,
    pool,
    workspaceId,
    flowId,
    start,
    async runThrough(planHash, trigger) {
      const reply = await (await start(planHash, trigger)).reply
      if (reply.kind === 'ended' && reply.status !== 'succeeded') throw new Error(`A bench run ended as ${JSON.stringify(reply)}`)
      return reply
    },
    async stop() {
      await engine.stop(5000)
      await pool.end()
    },
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, Math.min(ms, 2 ** 31 - 1)))
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
