import { spawnSync } from 'node:child_process'
import { createTrialCalls } from '#engine/calls/trial-calls.ts'
import { filesOf } from '#engine/run/attempt-files.ts'
import { createAttemptSecrets } from '#engine/secrets/attempt-secrets.ts'
import { createCodeRunner, type CodePackage, type CodeSandbox } from '#engine/index.ts'
import { descendantsCpuMs } from './descendants-cpu.ts'

export interface SandboxRow {
  what: string
  measured: string
  goal?: string
}

/** What a code step costs: started cold, called warm, calling out, computing, many at once. */
export async function benchSandbox(): Promise<SandboxRow[]> {
  const sandbox = createCodeRunner()
  try {
    const prepareMs = await time(() => sandbox.prepare())
    const cold = await coldStarts(5)
    await sandbox.warm()
    const small = await prepare(sandbox, 'export default ({ trigger }) => ({ total: trigger.body.qty * 7 })')
    for (let i = 0; i < 100; i++) await small()
    const warm = await spread(300, small)
    const alone = await spread(200, small, pauseMs)
    const atOnce = await throughputWithCost(2_000, small)
    const outside = await prepare(
      sandbox,
      'export default async () => { for (const i of [1, 2, 3]) await fetch("http://bench.invalid/" + i); return 1 }',
    )
    const threeCalls = await spread(100, outside, pauseMs)

    const fresh = await freshCode(sandbox, 30)

    const durable = await prepare(
      sandbox,
      'export default async ({ step }) => { for (const i of [1, 2, 3, 4, 5]) await step.run("step " + i, () => i) }',
    )
    const fiveSteps = await spread(100, durable, pauseMs)

    const lines = Array.from({ length: 299 }, (_, i) => `const value${i}: number = Math.max(${i}, 1)`).join('\n')
    const compile = await spread(20, (i) => sandbox.compileCode(`${lines}\nexport default () => value${i}`))

    return [
      { what: 'once a process: our own parts compiled, layers tried', measured: ms(prepareMs) },
      {
        what: 'a runner started, until it takes code',
        measured: `p50 ${ms(cold.runnerMs)}, of which Node doing nothing takes ${ms(cold.nodeMs)}: ${(cold.runnerMs / cold.nodeMs).toFixed(2)} ×`,
        goal: 'under 100 ms',
      },
      { what: 'a runner started, until code has run in it', measured: `p50 ${ms(cold.answerMs)}` },
      {
        what: 'new code in a running runner, once compiled',
        measured: `p50 ${ms(fresh.p50)}, p95 ${ms(fresh.p95)}`,
        goal: 'under 10 ms',
      },
      { what: 'warm call', measured: `p50 ${ms(alone.p50)}, p95 ${ms(alone.p95)}`, goal: 'p50 under 2 ms' },
      { what: 'warm calls without a pause between them', measured: `p50 ${ms(warm.p50)}, p95 ${ms(warm.p95)}` },
      {
        what: 'small calls, 16 at once',
        measured: `${Math.round(atOnce.perSecond)}/s; ${atOnce.cpuMs.toFixed(2)} ms of processor time each, so ${Math.round(2_000 / atOnce.cpuMs)}/s if nothing else ran on two cores`,
        goal: 'at least 600/s on two cores',
      },
      { what: 'five durable steps', measured: `p50 ${ms(fiveSteps.p50)}` },
      { what: 'three calls to the outside', measured: `p50 ${ms(threeCalls.p50)}`, goal: 'p50 under 4 ms' },
      {
        what: 'computing, beside the same in plain Node',
        measured: `${(await computeRatio(sandbox)).toFixed(2)} ×`,
        goal: 'at most 1.1 ×',
      },
      { what: 'a 300-line step compiled', measured: `p50 ${ms(compile.p50)}`, goal: 'under 50 ms' },
    ]
  } finally {
    await sandbox.stop()
  }
}

/** A call of this code straight in the runners, without a run around it. */
export async function prepare(
  sandbox: CodeSandbox,
  code: string,
  { packages, ...more }: { item?: string; trigger?: string; packages?: CodePackage[] } = {},
): Promise<() => Promise<string>> {
  const bundle = await sandbox.compileCode(code, packages)
  const data = { trigger: '{"body":{"qty":6}}', steps: {}, input: '{}', vars: '{}', run: '{"id":"run_bench"}' }
  const secrets = createAttemptSecrets(undefined, { workspaceId: 'ws_bench', flowId: 'flow_bench' }, () => undefined)
  const files = filesOf(undefined, { id: 'run_bench', workspaceId: 'ws_bench', flowId: 'flow_bench' }, 0)
  return () =>
    sandbox.run({
      bundle,
      data: { ...data, ...more, ...(more.item === undefined ? {} : { index: 0 }) },
      idempotencyKey: 'run_bench:step',
      attempt: 1,
      limits: { wallMs: 60_000, cpuMs: 30_000, memoryMb: 128, resultBytes: 10 * 1024 * 1024 },
      signal: new AbortController().signal,
      beforeEffect: async () => undefined,
      fetch: async ({ url }) => ({ url, status: 200, statusText: 'OK', headers: [], body: new Uint8Array(), redirected: false }),
      log: () => undefined,
      metric: () => undefined,
      secrets,
      files,
      calls: createTrialCalls({
        runId: 'run_bench',
        path: 'step',
        comparesOptions: true,
        fetch: () => Promise.reject(new Error('Nothing is recorded here')),
        signingKeys: [new Uint8Array(32)],
        hooksUrl: '',
        now: Date.now,
        secrets,
        files,
      }),
    })
}

/** How often a second, and what each takes of the processor in all processes: that says more on a busy machine. */
async function throughputWithCost(calls: number, run: () => Promise<unknown>): Promise<{ perSecond: number; cpuMs: number }> {
  const own = process.cpuUsage()
  const before = descendantsCpuMs()
  const perSecond = await throughput(calls, 16, run)
  const { user, system } = process.cpuUsage(own)
  return { perSecond, cpuMs: ((user + system) / 1000 + descendantsCpuMs() - before) / calls }
}

/** Runners started from nothing, beside Node started in the same way with nothing to do. */
async function coldStarts(times: number): Promise<{ runnerMs: number; answerMs: number; nodeMs: number }> {
  const all: { runnerMs: number; answerMs: number; nodeMs: number }[] = []
  for (let i = 0; i < times; i++) {
    const sandbox = createCodeRunner({ mostRunners: 1 })
    const call = await prepare(sandbox, 'export default () => 1')
    await sandbox.prepare()
    const nodeMs = await time(async () => spawnSync(process.execPath, ['--no-node-snapshot', '--eval', '0']))
    const startMs = performance.now()
    await sandbox.warm()
    const runnerMs = performance.now() - startMs
    await call()
    all.push({ runnerMs, answerMs: performance.now() - startMs, nodeMs })
    await sandbox.stop()
  }
  const middle = (of: 'runnerMs' | 'answerMs' | 'nodeMs') => median(all.map((one) => one[of]))
  return { runnerMs: middle('runnerMs'), answerMs: middle('answerMs'), nodeMs: middle('nodeMs') }
}

/** The first call of code that no runner has seen. */
async function freshCode(sandbox: CodeSandbox, times: number): Promise<{ p50: number; p95: number }> {
  const helpers = Array.from({ length: 100 }, (_, i) => `const part${i} = (n: number) => n * ${i} + 1`).join('\n')
  const calls: (() => Promise<string>)[] = []
  for (let i = 0; i < times; i++)
    calls.push(await prepare(sandbox, `${helpers}\nexport default ({ trigger }) => part7(trigger.body.qty) + ${i}`))
  return spread(times, (i) => calls[i]?.() ?? Promise.resolve(), pauseMs)
}

/** The same work here and in the sandbox, interleaved so that a noisy machine slows both. */
async function computeRatio(sandbox: CodeSandbox): Promise<number> {
  const inSandbox = await prepare(sandbox, `export default () => (${countPrimes.toString()})(2_000_000)`)
  const ratios: number[] = []
  for (let i = 0; i < 5; i++) {
    const plainMs = await time(async () => countPrimes(2_000_000))
    ratios.push((await time(inSandbox)) / plainMs)
  }
  return median(ratios)
}

function countPrimes(below: number): number {
  let count = 0
  for (let n = 2; n < below; n++) {
    let isPrime = true
    for (let d = 2; d * d <= n; d++) {
      if (n % d === 0) {
        isPrime = false
        break
      }
    }
    if (isPrime) count++
  }
  return count
}

async function time(run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await run()
  return performance.now() - startMs
}

/** Long enough for a spare isolate to be made after the last call. */
const pauseMs = 10

export async function spread(
  times: number,
  run: (i: number) => Promise<unknown>,
  pauseMs = 0,
): Promise<{ p50: number; p95: number }> {
  const all: number[] = []
  for (let i = 0; i < times; i++) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    all.push(await time(() => run(i)))
  }
  all.sort((a, b) => a - b)
  return { p50: all[Math.floor(times / 2)] ?? 0, p95: all[Math.floor(times * 0.95)] ?? 0 }
}

/** How often a second something can be done, so many at once. */
export async function throughput(calls: number, atOnce: number, run: () => Promise<unknown>): Promise<number> {
  let left = calls
  const tookMs = await time(() =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) await run()
      }),
    ),
  )
  return calls / (tookMs / 1000)
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`
}
