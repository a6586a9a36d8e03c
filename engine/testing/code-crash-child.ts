import { parseArgs } from 'node:util'
import pg from 'pg'
import { createCodeRunner } from '../code/index.ts'
import { flowOf } from './flow-builder.ts'
import { createTestEngine } from './test-engine.ts'

/**
 * A process with an engine and a sandbox, which works on a flow of one code step and kills itself while it fetches
 * the n-th time. Every fetch is written to a ledger first, by a connection of its own.
 */
const { values } = parseArgs({ options: { url: { type: 'string' }, code: { type: 'string' }, nth: { type: 'string' } } })
const { url = '', code = '' } = values
const pool = new pg.Pool({ connectionString: url, max: 6 })
const ledger = new pg.Pool({ connectionString: url, max: 1 })
const sandbox = createCodeRunner({ mostRunners: 1 })

let fetched = 0
const it = createTestEngine(
  { url, pool },
  {
    // Nobody takes its runs over before it is dead, however slow the machine.
    leaseMs: 60_000,
    runCode: (call) => sandbox.run(call),
    async fetch(request) {
      await ledger.query('insert into public.ledger (key) values ($1)', [request.url])
      if (++fetched === Number(values.nth)) process.kill(process.pid, 'SIGKILL')
      return { url: request.url, status: 200, statusText: '', headers: [], body: Buffer.from('ok'), redirected: false }
    },
  },
)
await it.engine.start()
const flow = flowOf({ work: { type: 'code', params: { code }, code: await sandbox.compileCode(code), after: ['trigger'] } })
const started = await it.start(flow)
await started.durable
process.stdout.write(`${started.runId}\n`)
await new Promise(() => undefined)
