import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'
import type { HeartbeatData, HeartbeatMessage } from './heartbeat.ts'

/**
 * Keeps a worker's lease with a connection of its own, so that neither a long stretch of work nor a pool in full use
 * can let it lapse. It beats only while the main thread ticks: a process that hangs must lose its runs.
 */
const data: HeartbeatData = workerData
const ticks = new Int32Array(data.ticks)
let client: pg.Client | undefined
let isStopped = false
const stop = new AbortController()

parentPort?.on('message', () => {
  isStopped = true
  stop.abort()
  void client?.end()
  parentPort?.close()
})

void keepBeating()

async function keepBeating(): Promise<void> {
  let seen = -1
  while (!isStopped) {
    const ticked = Atomics.load(ticks, 0)
    if (ticked !== seen) await beat()
    seen = ticked
    await sleep(data.everyMs, undefined, { signal: stop.signal }).catch(() => undefined) // Only stopping ends it early.
  }
}

async function beat(): Promise<void> {
  const sentAt = performance.timeOrigin + performance.now()
  try {
    client ??= await connect()
    const { rows } = await client.query<{ now: number; alive: boolean }>(
      `with beat as (update engine.workers set beat_at = now() where id = $1 and state = 'live' returning 1)
       select (extract(epoch from now()) * 1000)::float8 as now, exists (select from beat) as alive`,
      [data.workerId],
    )
    const [row] = rows
    if (row) tell({ sentAt, databaseMs: row.now, alive: row.alive })
  } catch (error) {
    if (isStopped) return
    client?.end().catch(() => undefined) // It is broken already.
    client = undefined
    tell({ error: error instanceof Error ? error.message : String(error) })
  }
}

async function connect(): Promise<pg.Client> {
  const fresh = new pg.Client({
    connectionString: data.url,
    application_name: 'holdfast heartbeat',
    keepAlive: true,
    // A connection can go dead without a word: the next beat takes another one while the lease still lasts.
    connectionTimeoutMillis: Math.max(data.everyMs, 1000),
    query_timeout: Math.max(data.everyMs, 1000),
  })
  fresh.on('error', () => {
    if (client === fresh) client = undefined
  })
  await fresh.connect()
  // Held as long as the connection lives: once it is free, this process or its network is gone.
  await fresh.query('select pg_try_advisory_lock($1::bigint)', [data.lockKey])
  return fresh
}

function tell(message: HeartbeatMessage): void {
  parentPort?.postMessage(message)
}
