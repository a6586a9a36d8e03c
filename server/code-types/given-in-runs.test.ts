import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { createGivenInRuns } from './given-in-runs.ts'

function bench() {
  const runs: Run[] = []
  const outputs = new Map<string, Json>()
  const read: string[] = []
  const step = (output: Json): RunStep => ({
    ...{ path: 'price', nodeId: 'price', status: 'succeeded', attempt: 1, attempts: [], handle: null },
    ...{ input: null, error: null, startedAt: null, finishedAt: null, output },
  })
  const engine = {
    listRuns: async () => ({ items: runs, nextCursor: null }),
    getRun: async (_workspaceId: string, id: string) => {
      read.push(id)
      return runs.find((run) => run.id === id)
    },
    listSteps: async (_workspaceId: string, id: string) => ({ items: [step(outputs.get(id) ?? null)], nextCursor: null }),
  }
  let ms = 0
  const given = createGivenInRuns(() => ms)
  return {
    runs,
    outputs,
    pass: (by: number) => void (ms += by),
    /** What the step gave, and which runs were read for it. */
    async look() {
      read.length = 0
      const all = await given(engine, 'ws_a', 'flow_a')
      return { gave: all.filter(({ stepId }) => stepId === 'price').map(({ value }) => value), read: [...read] }
    },
  }
}

const run = (id: string, finishedAt: string | null): Run => ({
  ...{ id, flowId: 'flow_a', version: 1, subject: null, error: null, replayOf: null, parent: null, triggerId: 'start' },
  ...{ status: finishedAt === null ? 'waiting' : 'succeeded', createdAt: 'x', startedAt: 'x', finishedAt },
  ...{ trigger: { kind: 'manual' }, output: null, waits: [], requestId: null },
})

test('a run that is over is read once, until it is another one', async () => {
  const { runs, outputs, look, pass } = bench()
  runs.push(run('run_a', '1'))
  outputs.set('run_a', 7)
  expect(await look()).toEqual({ gave: [7], read: ['run_a'] })
  pass(1_000_000)
  expect(await look()).toEqual({ gave: [7], read: [] })
  // Tried again.
  runs.splice(0, 1, run('run_a', '2'))
  outputs.set('run_a', 'seven')
  expect(await look()).toEqual({ gave: ['seven'], read: ['run_a'] })
})

test('a run under way is read again after a while', async () => {
  const { runs, outputs, look, pass } = bench()
  runs.push(run('run_a', null))
  outputs.set('run_a', 7)
  expect(await look()).toEqual({ gave: [7], read: ['run_a'] })
  expect((await look()).read).toEqual([])
  outputs.set('run_a', 8)
  pass(10_000)
  expect(await look()).toEqual({ gave: [8], read: ['run_a'] })
})

test('a run with very much in it is read again each time', async () => {
  const { runs, outputs, look } = bench()
  runs.push(run('run_a', '1'))
  outputs.set('run_a', 'x'.repeat(1_000_000))
  expect((await look()).read).toEqual(['run_a'])
  expect((await look()).read).toEqual(['run_a'])
})
