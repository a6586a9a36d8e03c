import { AppError, isAppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { createEgress } from '../../egress/index.ts'
import { createTrialCalls } from '../../calls/trial-calls.ts'
import type { CodeCall, CodeCalls, CodePackage, EgressFetch, FileDesk } from '../../ports.ts'
import { filesOf } from '../../run/attempt-files.ts'
import { createAttemptSecrets } from '../../secrets/attempt-secrets.ts'
import { type DrawnSecret, secretDrawer } from '../../testing/secret-drawer.ts'
import { signingKey } from '../../testing/signing-key.ts'
import { createCodeRunner, type CodeRunnerOptions } from '../create-code-runner.ts'

export interface TestRun {
  trigger?: Json
  input?: Json
  steps?: { [id: string]: Json }
  item?: Json
  index?: number
  limits?: Partial<CodeCall['limits']>
  signal?: AbortSignal
  beforeEffect?: () => Promise<void>
  fetch?: EgressFetch
  memoryMb?: number
  calls?: CodeCalls
  tellsLines?: boolean
  secrets?: { [name: string]: DrawnSecret }
  files?: FileDesk
  packages?: CodePackage[]
}

export interface TestLine {
  level: string
  message: string
  data?: Json
  line?: number
}

export interface TestSandbox {
  /** Runs TypeScript as a code step would be run; gives what it returned. */
  run(code: string, options?: TestRun): Promise<unknown>
  /** The same, giving the error it must end with. */
  failure(code: string, options?: TestRun): Promise<AppError>
  /** What the last runs logged. */
  lines: TestLine[]
  /** How many runs found their code loaded already. */
  primedRuns(): Promise<number>
  stop(): Promise<void>
}

/** A real sandbox with small limits, whose code may call this machine's loopback. */
export function createTestSandbox(options: CodeRunnerOptions = {}): TestSandbox {
  const sandbox = createCodeRunner(options)
  const fetch = createEgress({ allowPrivate: ['127.0.0.0/8'] })
  const lines: TestLine[] = []

  async function run(code: string, given: TestRun = {}): Promise<unknown> {
    const bundle = await sandbox.compileCode(code, given.packages)
    const secrets = createAttemptSecrets(
      secretDrawer(given.secrets ?? {}),
      { workspaceId: 'ws_test', flowId: 'flow_test' },
      (name, host) => lines.push({ level: 'debug', message: `The secret "${name}" was sent to ${host}.` }),
    )
    const files = filesOf(given.files, { workspaceId: 'ws_test', flowId: 'flow_test', id: 'run_test' }, 50 * 1024 ** 2)
    const text = await sandbox.run({
      bundle,
      data: {
        trigger: JSON.stringify(given.trigger ?? {}),
        input: JSON.stringify(given.input ?? {}),
        vars: '{}',
        run: '{"id":"run_test"}',
        steps: Object.fromEntries(Object.entries(given.steps ?? {}).map(([id, output]) => [id, JSON.stringify(output)])),
        ...(given.item === undefined ? {} : { item: JSON.stringify(given.item) }),
        ...(given.index === undefined ? {} : { index: given.index }),
      },
      idempotencyKey: 'run_test:step',
      attempt: 1,
      ...(given.tellsLines === undefined ? {} : { tellsLines: given.tellsLines }),
      limits: { wallMs: 20_000, cpuMs: 1_000, memoryMb: 128, resultBytes: 10 * 1024 * 1024, ...given.limits },
      signal: given.signal ?? new AbortController().signal,
      beforeEffect: given.beforeEffect ?? (async () => undefined),
      fetch: given.fetch ?? fetch,
      log: (level, message, data, _place, line) =>
        lines.push({ level, message, ...(data === undefined ? {} : { data }), ...(line === undefined ? {} : { line }) }),
      metric: () => undefined,
      secrets,
      files,
      calls:
        given.calls ??
        createTrialCalls({
          runId: 'run_test',
          path: 'step',
          comparesOptions: bundle.usesStep === true,
          fetch: given.fetch ?? fetch,
          signingKeys: [signingKey],
          hooksUrl: 'http://hooks.test',
          now: Date.now,
          secrets,
          files,
        }),
    })
    return JSON.parse(text)
  }

  return {
    run,
    async failure(code, given) {
      try {
        await run(code, given)
      } catch (error) {
        if (isAppError(error)) return error
        throw error
      }
      throw new Error('The code was expected to fail, and did not')
    },
    lines,
    primedRuns: () => sandbox.primedRuns(),
    stop: () => sandbox.stop(),
  }
}
