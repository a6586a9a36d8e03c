import { parseArgs } from 'node:util'
import pg from 'pg'
import { armFailpoint, failpointFrom } from '../failpoint.ts'
import { createTestEngine, testWorkspace } from './test-engine.ts'
import { waitFor } from './wait-for.ts'

/** A process that lets runs go again, and kills itself at a named place, the n-th time it comes there. */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    at: { type: 'string' },
    replay: { type: 'string' },
    bulk: { type: 'string' },
  },
})
const { url = '', at = '', replay, bulk } = values
const armed = failpointFrom(at)
if (armed) armFailpoint(armed)
const pool = new pg.Pool({ connectionString: url, max: 6 })
const ledger = new pg.Pool({ connectionString: url, max: 3 })

const it = createTestEngine(
  { url, pool },
  {
    // Nobody takes its runs over before it is dead, however slow the machine.
    leaseMs: 60_000,
    async runAction({ inputText, idempotencyKey }) {
      await ledger.query('insert into public.ledger (key) values ($1)', [idempotencyKey])
      return inputText
    },
  },
)
await it.engine.start()
if (replay !== undefined) {
  const id = await it.engine.replayRun(testWorkspace, replay, { by: 'somebody', from: ['each[1]/x'] })
  process.stdout.write(`${id}\n`)
  await it.ended(id)
}
if (bulk !== undefined) {
  const { id } = await it.engine.startBulk(testWorkspace, {
    by: 'somebody',
    action: 'replay',
    filter: { flowId: bulk },
    replay: { from: ['b'] },
    ratePerSecond: 12,
  })
  process.stdout.write(`${id}\n`)
  await waitFor('the bulk action', async () => (await it.engine.getBulk(testWorkspace, id)).finishedAt ?? undefined)
}
await it.engine.stop(1000)
await Promise.all([pool.end(), ledger.end()])
