import { AppError } from '#shared/errors.ts'
import { isFinal } from '#shared/is-final.ts'
import type { Run } from '#shared/run.ts'
import { createEngine } from '../engine.ts'
import { defaultLimits } from '../limits.ts'
import type { Compiled, Engine, EngineOptions, Start, StartedRun, StartRun } from '../engine-api.ts'
import type { FlowDirectory } from '../ports.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { signingKey } from './signing-key.ts'
import type { TestDatabase } from './test-database.ts'
import { waitFor } from './wait-for.ts'

export const testWorkspace = 'ws_test'
export { signingKey } from './signing-key.ts'

export interface TestEngine {
  engine: Engine
  clock: FakeClock
  /** Stores the flow and starts a run of it. */
  start(flow: Compiled, start?: Partial<StartRun>): Promise<StartedRun>
  /** The same, of a flow that may drop it. */
  tryStart(flow: Compiled, start?: Partial<StartRun>): Promise<Start>
  /** The run once it has ended. */
  ended(runId: string): Promise<Run>
  /** The run once it is as asked. */
  until(runId: string, is: (run: Run) => boolean): Promise<Run>
}

const noFlows: FlowDirectory = {
  find: (_, flowId) => Promise.reject(new AppError('invalid_input', `There is no flow ${flowId}.`)),
  findFailureFlows: () => Promise.resolve([]),
}

export const quietLog = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error }

/** An engine on a test database; its actions are what the test hands in, three lines each. */
export function createTestEngine(database: Pick<TestDatabase, 'url' | 'pool'>, options: Partial<EngineOptions> = {}): TestEngine {
  const clock = createFakeClock()
  const engine = createEngine({
    pool: database.pool,
    directUrl: database.url,
    runAction: async ({ inputText }) => inputText,
    runCode: async ({ data }) => data.input,
    fetch: () => Promise.reject(new Error('nothing is fetched in this test')),
    flows: noFlows,
    clock,
    log: quietLog,
    signingKeys: [signingKey],
    hooksUrl: 'http://hooks.test',
    leaseMs: 30_000,
    limits: defaultLimits,
    role: 'all',
    ...options,
  })
  const until = (runId: string, is: (run: Run) => boolean) =>
    waitFor(`${runId} to be as expected`, async () => {
      const run = await engine.getRun(testWorkspace, runId)
      return run && is(run) ? run : undefined
    })
  async function tryStart(flow: Compiled, start: Partial<StartRun> = {}): Promise<Start> {
    const planHash = await engine.savePlan(flow)
    return engine.startRun({
      workspaceId: testWorkspace,
      flowId: 'flow_test',
      version: 1,
      planHash,
      triggerId: 'trigger',
      trigger: '{"kind":"manual","body":{"n":1}}',
      ...start,
    })
  }
  return {
    engine,
    clock: (options.clock as FakeClock | undefined) ?? clock,
    start: async (flow, start) => mustStart(await tryStart(flow, start)),
    tryStart,
    ended: (runId) => until(runId, (run) => isFinal(run.status)),
    until,
  }
}

/** A start that was not dropped. */
export function mustStart(start: Start): StartedRun {
  if (start.runId === null) throw new Error(`The start was dropped: ${start.reason}`)
  return start
}
