import { parseArgs } from 'node:util'
import pg from 'pg'
import { armFailpoint, failpointFrom } from '../failpoint.ts'
import { loopbackEgress, sourcePoller } from './poll-source.ts'
import { createTestEngine } from './test-engine.ts'

/** A process that starts runs by the clock and by looking at lists, until it comes to a place that kills it or is killed. */
const { values } = parseArgs({ options: { url: { type: 'string' }, at: { type: 'string' } } })
const { url = '', at = '' } = values
const armed = failpointFrom(at)
if (armed) armFailpoint(armed)
const pool = new pg.Pool({ connectionString: url, max: 6 })
const it = createTestEngine({ url, pool }, { leaseMs: 3000, poll: sourcePoller, fetch: loopbackEgress })
await it.engine.start()
process.stdout.write('started\n')
