import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { serve } from '../serve.ts'

/** graphile-worker as a queue: jobs that are added here or in another process, and when their task began. */
const { url, peers } = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}')
const { Logger, makeWorkerUtils, run } = await import(
  pathToFileURL(createRequire(`${peers}/package.json`).resolve('graphile-worker')).href
)
const logger = new Logger(() => () => {})
const client = new pg.Client({ connectionString: url })
await client.connect()
const utils = await makeWorkerUtils({ connectionString: url, logger })
await utils.migrate()
let latenciesMs = []
let firstAt
let done = 0
let runner

async function open(worker) {
  await runner?.stop()
  runner = await run({
    preset: { worker: { connectionString: url, logger, ...worker } },
    taskList: {
      async first({ at }) {
        firstAt ??= performance.now()
        done++
        if (at !== undefined) latenciesMs.push(Number(process.hrtime.bigint() - BigInt(at)) / 1e6)
      },
    },
  })
}

serve({
  open: ({ worker }) => open(worker),
  async enqueue({ count, pauseMs }) {
    for (let n = 0; n < count; n++) {
      await utils.addJob('first', { at: String(process.hrtime.bigint()) })
      await sleep(pauseMs)
    }
  },
  async latencies() {
    const all = latenciesMs
    latenciesMs = []
    return all
  },
  async fill({ count }) {
    await runner?.stop()
    runner = undefined
    for (let left = count; left > 0; left -= 500) {
      await utils.addJobs(Array.from({ length: Math.min(left, 500) }, () => ({ identifier: 'first', payload: {} })))
    }
  },
  async drain({ count, worker }) {
    firstAt = undefined
    done = 0
    await open(worker)
    for (;;) {
      await sleep(5)
      if (done < count) continue
      const { rows } = await client.query('select exists (select from graphile_worker._private_jobs) as left')
      if (!rows[0].left) break
    }
    const seconds = (performance.now() - firstAt) / 1000
    await runner.stop()
    runner = undefined
    return { seconds }
  },
  async stop() {
    await runner?.stop()
    await utils.release()
    await client.end()
  },
})
