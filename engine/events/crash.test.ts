import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { killEngineProcesses, startEngineProcess } from '../testing/engine-process.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
/** Two processes' worth of engines that live on. */
let it: TestEngine
let other: TestEngine
let plan: string
const listening = flowOf({ got: { type: 'set', params: { values: { got: '{{ trigger.body }}' } }, after: ['trigger'] } })
const waiting = (name: string) => flowOf({ hold: { type: 'waitForEvent', params: { name }, after: ['trigger'] } })

beforeAll(async () => {
  database = await createTestDatabase()
  const options = {
    leaseMs: 3000,
    findEventStarts: async (_workspaceId: string, name: string) => [
      { flowId: `flow_${name}`, version: 1, planHash: plan, triggerId: 'trigger' },
    ],
  }
  it = createTestEngine(database, options)
  other = createTestEngine(database, options)
  plan = await it.engine.savePlan(listening)
  await Promise.all([it.engine.start(), other.engine.start()])
})
afterAll(async () => {
  await killEngineProcesses()
  await Promise.all([it.engine.stop(1000), other.engine.stop(1000)])
  await database.drop()
})

/** Runs a process to its end, by its own hand or not; gives what it said. */
async function runChild(options: { [name: string]: string }): Promise<string> {
  const { lines } = await startEngineProcess(new URL('../testing/event-child.ts', import.meta.url), database.url, {
    plan,
    ...options,
  }).over
  return lines.join('\n')
}

const startedBy = (name: string) => it.engine.listRuns({ workspaceId: testWorkspace, flowId: `flow_${name}`, limit: 9 })
let names = 0

describe('a sender killed in the middle', () => {
  const places: Failpoint[] = ['event.after-commit', 'event.after-start', 'event.after-delivery', 'ingest.after-commit']
  test.each(places)('at %s has its event take effect all the same, and once', async (at) => {
    const name = `crash.${++names}`
    const runs = await Promise.all(Array.from({ length: 3 }, () => it.start(waiting(name))))
    for (const { runId } of runs) await it.until(runId, (run) => run.status === 'waiting')
    await runChild({ at, name })
    for (const { runId } of runs) expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 'hello' })
    await waitFor('the listening flow', async () => (await startedBy(name)).items[0]?.status === 'succeeded' || undefined)
    // It sends again, as a caller does that had no answer.
    await it.engine.publishEvent({ workspaceId: testWorkspace, name, data: '"hello"', id: name })
    await waitFor('everybody to be told', async () => {
      const { rowCount } = await database.pool.query('select from engine.published where not looked')
      return rowCount === 0 || undefined
    })
    expect((await startedBy(name)).items).toHaveLength(1)
    for (const { runId } of runs) {
      const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
      expect(items[0]?.attempts.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(1)
    }
  })
})

test.each([1, 2])('a worker killed before it looked for earlier events (pass %i) leaves none unseen', async (nth) => {
  const name = `crash.${++names}`
  const runId = await runChild({ act: 'wait', at: `wait.before-look:${nth}`, name })
  expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 'early' })
})

test.each(['vote.before-commit', 'vote.after-commit'] as const)('a vote cut off at %s counts once or not at all', async (at) => {
  const { runId } = await it.start(flowOf({ ask: { type: 'approval', params: { title: 'Well?' }, after: ['trigger'] } }))
  await it.until(runId, (run) => run.status === 'waiting' && run.waits.length === 1)
  await runChild({ act: 'vote', at, run: runId })
  const voter = { id: 'b@example.com', name: 'b@example.com', names: [], hasLink: true }
  const again = await it.engine
    .decideApproval(
      { workspaceId: testWorkspace, runId, path: 'ask' },
      { voter, decision: 'rejected', comment: null, fields: {} },
    )
    .catch(() => 'too late')
  expect(again).toBe(at === 'vote.before-commit' ? 'decided' : 'too late')
  expect(await it.ended(runId)).toMatchObject({
    output:
      at === 'vote.before-commit' ? { decision: 'rejected', by: 'b@example.com' } : { decision: 'approved', by: 'a@example.com' },
  })
})

test('of engines that send, wait and answer at the same time none loses anything', async () => {
  const engines = [it, other]
  const one = (n: number) => engines[n % 2] ?? it
  const flows = Array.from({ length: 30 }, (_, n) => `both.${n}`)
  const runs = await Promise.all(
    flows.map(async (name, n) => {
      const starting = one(n).start(waiting(name))
      const { runId, durable } = await starting
      await durable
      // At the same instant as the wait opens, from the other side, and twice.
      await Promise.all(
        [0, 1].map((side) =>
          one(n + side).engine.publishEvent({ workspaceId: testWorkspace, name, data: String(n), id: `once ${name}` }),
        ),
      )
      return runId
    }),
  )
  for (const [n, runId] of runs.entries()) expect(await one(n + 1).ended(runId)).toMatchObject({ output: n })
})
