import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Sample } from './checker/evidence.ts'
import { takeSample } from './db/take-sample.ts'

const everyMs = 400

/** Looks at all unfinished runs again and again, past every fault of the network, for what must hold at every instant. */
export function startSampler(url: () => string): { samples: Sample[]; stop(): Promise<void> } {
  const samples: Sample[] = []
  let client: pg.Client | undefined
  let isStopped = false

  async function look(): Promise<void> {
    try {
      if (!client) {
        const fresh = new pg.Client({ connectionString: url(), connectionTimeoutMillis: 2000, query_timeout: 10_000 })
        fresh.on('error', () => undefined)
        await fresh.connect()
        client = fresh
      }
      samples.push(await takeSample(client))
    } catch {
      // The database is away, as it is meant to be now and then.
      client?.end().catch(() => undefined)
      client = undefined
    }
  }

  const looking = (async () => {
    while (!isStopped) {
      await look()
      await sleep(everyMs)
    }
  })()

  return {
    samples,
    async stop() {
      isStopped = true
      await looking
      await client?.end().catch(() => undefined)
    },
  }
}
