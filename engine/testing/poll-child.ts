import { parseArgs } from 'node:util'
import pg from 'pg'
import { type Failpoint, onFailpoint } from '../failpoint.ts'
import { loopbackEgress, sourcePoller } from './poll-source.ts'
import { createTestEngine } from './test-engine.ts'

/** A process that looks at lists and starts runs, and kills itself the n-th time it comes to a named place; else it is killed. */
const { values } = parseArgs({ options: { url: { type: 'string' }, at: { type: 'string' }, nth: { type: 'string' } } })
const { url = '', at, nth = '1' } = values
const pool = new pg.Pool({ connectionString: url, max: 6 })
let passed = 0
onFailpoint((point: Failpoint) => {
  if (point === at && ++passed === Number(nth)) process.kill(process.pid, 'SIGKILL')
})
const it = createTestEngine({ url, pool }, { leaseMs: 3000, poll: sourcePoller, fetch: loopbackEgress })
await it.engine.start()
process.stdout.write('started\n')
