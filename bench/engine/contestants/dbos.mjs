import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { runFor } from '../run-for.ts'
import { serve } from '../serve.ts'

/** DBOS Transact: the same five steps. `config` is what is set beyond its defaults. */
const { url, peers, config } = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}')
const { DBOS } = await import(pathToFileURL(createRequire(`${peers}/package.json`).resolve('@dbos-inc/dbos-sdk')).href)

const five = DBOS.registerWorkflow(
  async (input) => {
    let value = input
    for (let n = 1; n <= 5; n++) value = await DBOS.runStep(async () => value, { name: `step${n}` })
    return value
  },
  { name: 'five' },
)
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, logLevel: 'error', ...config })
await DBOS.launch()

serve({
  steps: ({ concurrent, seconds }) => runFor(() => five({ qty: 6 }), concurrent, seconds),
  async saved() {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query(
      `select (select count(*) from dbos.workflow_status where status = 'SUCCESS')::int as runs,
         (select count(*) from dbos.operation_outputs)::int as steps`,
    )
    await client.end()
    return rows[0]
  },
  stop: () => DBOS.shutdown(),
})
