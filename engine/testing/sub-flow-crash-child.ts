import { parseArgs } from 'node:util'
import pg from 'pg'
import { armFailpoint, failpointFrom } from '../failpoint.ts'
import type { FlowShelf } from './flow-shelf.ts'
import { actForCrash, callingFlow, shelfForCrash } from './sub-flow-crash.ts'
import { createTestEngine } from './test-engine.ts'

/** A process whose run runs others, and that kills itself at a named place, the n-th time it comes there. */
const { values } = parseArgs({ options: { url: { type: 'string' }, at: { type: 'string' } } })
const { url = '', at = '' } = values
const armed = failpointFrom(at)
if (armed) armFailpoint(armed)
const pool = new pg.Pool({ connectionString: url, max: 6 })
const ledger = new pg.Pool({ connectionString: url, max: 3 })

const it = createTestEngine(
  { url, pool },
  {
    // Nobody takes its runs over before it is dead, however slow the machine.
    leaseMs: 60_000,
    flows: {
      find: (...asked) => shelf.find(...asked),
      findFailureFlows: (...asked) => shelf.findFailureFlows(...asked),
    },
    runAction: (call) =>
      actForCrash(call, () => ledger.query('insert into public.ledger (key) values ($1)', [call.idempotencyKey])),
  },
)
const shelf: FlowShelf = await shelfForCrash(() => it)
await it.engine.start()
const started = await it.start(callingFlow)
await started.durable
process.stdout.write(`${started.runId}\n`)
await it.ended(started.runId)
await it.engine.stop(1000)
await Promise.all([pool.end(), ledger.end()])
