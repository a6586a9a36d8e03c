import { parseArgs } from 'node:util'
import pg from 'pg'
import { armFailpoint, failpointFrom } from '../failpoint.ts'
import { batching, limited } from './control-flows.ts'
import { createTestEngine } from './test-engine.ts'

/** A process that starts runs which limit each other, says which starts are kept, and kills itself at a named place. */
const { values } = parseArgs({
  options: { url: { type: 'string' }, at: { type: 'string' }, name: { type: 'string' } },
})
const { url = '', at = '', name = '' } = values
const armed = failpointFrom(at)
if (armed) armFailpoint(armed)
const pool = new pg.Pool({ connectionString: url, max: 8 })

// Nobody takes its runs over before it is dead, however slow the machine.
const it = createTestEngine({ url, pool }, { leaseMs: 60_000 })
await it.engine.start()
for (let n = 0; n < 6; n++) {
  for (const [kind, flow] of [
    ['limited', limited],
    ['batching', batching],
  ] as const) {
    const started = await it.start(flow, {
      flowId: `flow_${kind}_${name}`,
      trigger: JSON.stringify({ kind: 'manual', at: 'then', body: { n } }),
    })
    await started.durable
    process.stdout.write(`${JSON.stringify({ kind, n, runId: started.runId })}\n`)
  }
}
// Killed while it works on them, or when nothing is left to do.
await new Promise((resolve) => {
  setTimeout(resolve, 3000)
})
process.kill(process.pid, 'SIGKILL')
