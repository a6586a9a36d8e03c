import { parseArgs } from 'node:util'
import pg from 'pg'
import { armFailpoint, failpointFrom } from '../failpoint.ts'
import { flowOf } from './flow-builder.ts'
import { createTestEngine, testWorkspace } from './test-engine.ts'

/**
 * A process that sends an event, or starts a run that looks for one sent before, or answers a question; and kills
 * itself at a named place.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    at: { type: 'string' },
    name: { type: 'string' },
    /** The plan that the event starts. */
    plan: { type: 'string' },
    act: { type: 'string' },
    run: { type: 'string' },
  },
})
const { url = '', at = '', name = '', plan = '', act = 'publish', run = '' } = values
const armed = failpointFrom(at)
if (armed) armFailpoint(armed)
const pool = new pg.Pool({ connectionString: url, max: 6 })
const it = createTestEngine(
  { url, pool },
  {
    // Nobody takes its runs over before it is dead, however slow the machine.
    leaseMs: 60_000,
    findEventStarts: async () => [{ flowId: `flow_${name}`, version: 1, planHash: plan, triggerId: 'trigger' }],
  },
)
await it.engine.start()
if (act === 'publish') await it.engine.publishEvent({ workspaceId: testWorkspace, name, data: '"hello"', id: name })
if (act === 'wait') {
  const started = await it.start(
    flowOf({
      nap: { type: 'delay', params: { for: '300ms' }, after: ['trigger'] },
      hold: { type: 'waitForEvent', params: { name }, after: ['nap'] },
    }),
  )
  await started.durable
  await it.engine.publishEvent({ workspaceId: testWorkspace, name, data: '"early"', id: name })
  process.stdout.write(`${started.runId}\n`)
  await it.ended(started.runId)
}
if (act === 'vote') {
  const voter = { id: 'a@example.com', name: 'a@example.com', names: [], hasLink: true }
  const vote = { voter, decision: 'approved' as const, comment: null, fields: {} }
  await it.engine.decideApproval({ workspaceId: testWorkspace, runId: run, path: 'ask' }, vote)
}
await it.engine.stop(1000)
await pool.end()
