import { expect, test } from 'vitest'
import { isAppError, type AppError, type ErrorCode } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { createEgress } from '../../egress/index.ts'
import type { EgressFetch, EgressRequest } from '../../ports.ts'
import { type TestLine, type TestRun, createTestSandbox } from './test-sandbox.ts'

/** What one hostile program does, and how it must end. */
export interface HostileCase {
  code: string
  /** The kind of its error; several where the machine decides which limit is met first. */
  endsAs?: ErrorCode | readonly ErrorCode[]
  /** Part of what the error says. */
  saying?: string
  /** What it returns, where it is let to its end. `expect`’s matchers may stand in it. */
  gives?: unknown
  /** For programs that may end either way: what they return if they do must be this, and any error of the code’s will do. */
  givesAtMost?: unknown
  limits?: TestRun['limits']
  data?: { [step: string]: Json }
  /** Secrets it may use, each with the hosts it may be sent to. Their value must come out nowhere. */
  secrets?: { [name: string]: string[] }
  /** What answers its calls; without it the real way out does, with no private address allowed. */
  answers?: EgressFetch
  /** Looks at what came of it: calls that left the house, lines in the log, the error. */
  then?: (seen: { calls: readonly EgressRequest[]; lines: readonly TestLine[]; error: AppError | undefined }) => void
}

/** Says yes to every call. */
export const anyAnswer: EgressFetch = async ({ url }) => ({
  url,
  status: 200,
  statusText: 'OK',
  headers: [],
  body: Buffer.from('{}'),
  redirected: false,
})

/** Only this process knows it. Wherever a program can carry it to, something leaked. */
const canary = `canary-${process.pid}-${Math.trunc(performance.now() * 1e6).toString(36)}`
process.env['HOLDFAST_CANARY'] = canary
Object.defineProperty(globalThis, 'holdfastCanary', { value: canary, configurable: true })

// One sandbox for all files of a worker, with one runner in it, so that every program has a neighbour to harm.
const sandbox = createTestSandbox({ mostRunners: 1 })
const realWayOut = createEgress({ allowPrivate: [], lookup: async () => ['127.0.0.1'] })

/** Plenty for a machine that is slow or busy; those that are to be stopped by the processor limit are stopped soon. */
const plenty = { wallMs: 60_000, cpuMs: 10_000 }
const cpuMsOfLoops = 300
/** What a healthy machine looks like from inside. */
const health = `export default async ({ trigger }: any) => {
  const seen = [Object.keys(Object.prototype), ({} as any).polluted, (globalThis as any).left, [1].includes(1), JSON.stringify({ a: [1] })]
  return [...seen, await Promise.resolve('ok'), typeof fetch, String(new URL('http://a/b?c=1')), trigger]
}`
const healthy = (trigger: number) => [[], null, null, true, '{"a":[1]}', 'ok', 'function', 'http://a/b?c=1', trigger]

/**
 * Runs one hostile program beside an innocent one in the same runner and holds the machine to what it promises: nothing
 * of the outside is seen inside, the program ends as it must, the innocent one is not blamed and repeats no call, and
 * the next run finds everything as it should be.
 */
export function hostile(name: string, program: HostileCase): void {
  test(name, async () => {
    const neighbour = await startNeighbour()
    const calls: EgressRequest[] = []
    sandbox.lines.length = 0
    const way = program.answers ?? realWayOut
    const fetch: EgressFetch = (request) => {
      calls.push(request)
      return way(request)
    }
    const secrets = Object.fromEntries(
      Object.entries(program.secrets ?? {}).map(([secret, hosts]) => [secret, { value: canary, hosts }]),
    )
    const run: TestRun = { limits: limitsOf(program), fetch, secrets, steps: program.data ?? {} }
    const end = await sandbox.run(program.code, run).then(
      (value) => ({ value, error: undefined }),
      (error: unknown) => {
        if (isAppError(error)) return { value: undefined, error }
        throw error
      },
    )
    const lines = [...sandbox.lines]

    judgeEnd(program, end)
    program.then?.({ calls, lines, error: end.error })
    expect(JSON.stringify([end.value, end.error?.message, end.error?.facts, lines, calls.map(textOf)])).not.toContain(canary)
    expect(hostIsClean()).toBe(true)
    await neighbour.isUnharmed()
    expect(await sandbox.run(health, { trigger: 7, limits: plenty })).toEqual(healthy(7))
  })
}

function limitsOf({ endsAs, limits }: HostileCase): NonNullable<TestRun['limits']> {
  const isToBeStopped = endsAs !== undefined && [endsAs].flat().includes('cpu_limit')
  return { ...plenty, ...(isToBeStopped ? { cpuMs: cpuMsOfLoops } : {}), ...limits }
}

function judgeEnd(program: HostileCase, { value, error }: { value: unknown; error: AppError | undefined }): void {
  if (program.endsAs !== undefined) {
    expect({ code: error?.code, value }).toEqual({ code: expect.toBeOneOf([program.endsAs].flat()), value: undefined })
    if (program.saying !== undefined) expect(error?.message).toContain(program.saying)
  } else if ('givesAtMost' in program) {
    if (error === undefined) expect(value).toEqual(program.givesAtMost)
    else expect(['code_error', 'memory_limit', 'cpu_limit', 'call_limit', 'result_limit']).toContain(error.code)
  } else {
    expect({ error: error?.message, value }).toEqual({ error: undefined, value: program.gives })
  }
}

/** An innocent run in the middle of its work: one call made, one under way. */
async function startNeighbour(): Promise<{ isUnharmed(): Promise<void> }> {
  const gate = Promise.withResolvers<void>()
  const asked: string[] = []
  const fetch: EgressFetch = async ({ url }) => {
    asked.push(url)
    if (url.endsWith('/second')) await gate.promise
    const body = Buffer.from(String(asked.length))
    return { url, status: 200, statusText: 'OK', headers: [], body, redirected: false }
  }
  const code = `export default async () => {
    const first = await (await fetch('http://neighbour.example/first')).text()
    const second = await (await fetch('http://neighbour.example/second')).text()
    return first + second
  }`
  const run = sandbox.run(code, { fetch, limits: plenty })
  // Looked at in `isUnharmed`; until then a failure of it is nobody's.
  run.catch(() => undefined)
  await expect.poll(() => asked.length, { timeout: 120_000, interval: 2 }).toBe(2)
  return {
    async isUnharmed() {
      gate.resolve()
      expect(await run).toBe('12')
      expect(asked).toEqual(['http://neighbour.example/first', 'http://neighbour.example/second'])
    },
  }
}

function hostIsClean(): boolean {
  return Reflect.ownKeys(Object.prototype).length === builtIns && !('polluted' in {}) && !('left' in globalThis)
}
const builtIns = Reflect.ownKeys(Object.prototype).length

function textOf({ url, headers, body }: EgressRequest): unknown {
  return [url, headers, body === undefined ? '' : Buffer.from(body).toString('latin1')]
}
