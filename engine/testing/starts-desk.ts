import { type EngineProcess, killEngineProcesses, startEngineProcess } from './engine-process.ts'
import { flowOf } from './flow-builder.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from './test-engine.ts'
import { waitFor } from './wait-for.ts'

/** An engine that starts nothing itself: it publishes, and sees what others start on its database. */
export interface StartsDesk extends TestEngine {
  database: TestDatabase
  /** The plan of a flow whose runs do next to nothing. */
  planHash: string
  /** A process that starts what was published; with `at`, as in `poll.after-look:2`, until it comes there and dies. */
  startProcess(at?: string): Promise<EngineProcess>
  /** Waits until the flow has as many runs and all have succeeded. */
  untilSucceeded(flowId: string, count: number): Promise<void>
  close(): Promise<void>
}

export async function createStartsDesk(): Promise<StartsDesk> {
  const database = await createTestDatabase()
  const desk = createTestEngine(database, { role: 'web' })
  const flow = flowOf({ say: { type: 'set', params: { values: { a: 1 } }, after: ['trigger'] } })
  const planHash = await desk.engine.savePlan(flow)
  await desk.engine.start()
  return {
    ...desk,
    database,
    planHash,
    async startProcess(at) {
      const child = startEngineProcess(
        new URL('./starting-child.ts', import.meta.url),
        database.url,
        at === undefined ? {} : { at },
      )
      // One that is to be killed early may not come to say that it has started.
      await child.firstLine
      return child
    },
    async untilSucceeded(flowId, count) {
      await waitFor('every run to end', async () => {
        const { items } = await desk.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 200 })
        return items.length === count && items.every(({ status }) => status === 'succeeded') ? true : undefined
      })
    },
    async close() {
      await killEngineProcesses()
      await desk.engine.stop(1000)
      await database.drop()
    },
  }
}
