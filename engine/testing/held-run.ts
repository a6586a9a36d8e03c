import type { StateCaller } from '../keep/state-caller.ts'
import { flowOf } from './flow-builder.ts'
import type { TestDatabase } from './test-database.ts'
import { testWorkspace, type TestEngine } from './test-engine.ts'

/** A run that stands in the middle of its code step for as long as the test likes. */
export interface HeldRun {
  caller: StateCaller
  runId: string
  /** Lets the step end: with this output, or by this error. */
  end(outcome: string | Error): void
}

/** Code steps whose attempts wait for the test: `runCode` goes into the engine, `hold` gives the next attempt. */
export function createHolds(database: TestDatabase, engineOf: () => TestEngine) {
  const waiting: ((hold: { runId: string; end: HeldRun['end'] }) => void)[] = []
  const flow = flowOf({
    work: { type: 'code', params: { code: '…' }, code: { hash: 'h', code: '', map: '' }, after: ['trigger'] },
  })

  async function callerOf(runId: string, flowId: string): Promise<StateCaller> {
    const { rows } = await database.pool.query<{ epoch: number }>('select epoch from engine.runs where id = $1', [runId])
    return { workspaceId: testWorkspace, flowId, runId, epoch: rows[0]?.epoch ?? 0, path: 'work' }
  }

  return {
    async runCode({ data, beforeEffect }: { data: { run: string }; beforeEffect: () => Promise<void> }): Promise<string> {
      await beforeEffect()
      const { id }: { id: string } = JSON.parse(data.run)
      const outcome = await new Promise<string | Error>((end) => {
        waiting.shift()?.({ runId: id, end })
      })
      if (outcome instanceof Error) throw outcome
      return outcome
    },
    async next(flowId: string, act: () => Promise<unknown>): Promise<HeldRun> {
      const { promise, resolve } = Promise.withResolvers<{ runId: string; end: HeldRun['end'] }>()
      waiting.push(resolve)
      await act()
      const { runId, end } = await promise
      return { runId, end, caller: await callerOf(runId, flowId) }
    },
    async start(flowId = 'flow_test'): Promise<HeldRun> {
      return this.next(flowId, () => engineOf().start(flow, { flowId }))
    },
  }
}
