import { parseArgs } from 'node:util'
import pg from 'pg'
import { armFailpoint, failpointFrom } from '../failpoint.ts'
import { signingKey } from './signing-key.ts'
import { crashFlow } from './crash-flow.ts'
import { createTestEngine } from './test-engine.ts'
import { waitToken } from '../waits/wait-token.ts'

/**
 * A process with an engine that does its work and kills itself at a named place, the n-th time it comes there.
 * Every effect of its actions is written to a ledger first, by a connection of its own.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    at: { type: 'string' },
    lease: { type: 'string' },
    hang: { type: 'boolean' },
    deadly: { type: 'boolean' },
    idle: { type: 'boolean' },
  },
})
const { url = '', at = '' } = values
const armed = failpointFrom(at)
if (armed) armFailpoint(armed)
const pool = new pg.Pool({ connectionString: url, max: 6 })
const ledger = new pg.Pool({ connectionString: url, max: 3 })

const it = createTestEngine(
  { url, pool },
  {
    // Nobody takes its runs over before it is dead, however slow the machine.
    leaseMs: Number(values.lease ?? 60_000),
    async runAction({ inputText, idempotencyKey, signal }) {
      await ledger.query('insert into public.ledger (key) values ($1)', [idempotencyKey])
      if (values.deadly) process.kill(process.pid, 'SIGKILL')
      if (values.hang) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return inputText
    },
  },
)
await it.engine.start()
// With nothing of its own to do it takes over what others left, until it is killed.
if (values.idle) await new Promise(() => undefined)
const started = await it.start(crashFlow, { trigger: '{"body":{"n":5}}' })
await started.durable
process.stdout.write(`${started.runId}\n`)
await it.until(started.runId, (run) => run.status === 'waiting')
await it.engine.resume(waitToken([signingKey], started.runId, 'hold'), { method: 'POST', headers: {}, query: {}, body: '"go"' })
await it.ended(started.runId)
await it.engine.stop(1000)
await Promise.all([pool.end(), ledger.end()])
