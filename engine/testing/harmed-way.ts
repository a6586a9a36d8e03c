import pg from 'pg'
import { type Proxy, startProxy } from './proxy.ts'

/** A way to a test database that can be cut, stalled or robbed of answers while another one stays whole. */
export interface HarmedWay {
  url: string
  pool: pg.Pool
  proxy: Proxy
  close(): Promise<void>
}

export async function openHarmedWay(databaseUrl: string, limits: pg.PoolConfig = {}): Promise<HarmedWay> {
  const url = new URL(databaseUrl)
  const databasePort = Number(url.port)
  const proxy = await startProxy(() => databasePort)
  url.port = String(proxy.port)
  const pool = new pg.Pool({ connectionString: url.href, max: 6, ...limits })
  return {
    url: url.href,
    pool,
    proxy,
    async close() {
      await pool.end()
      proxy.close()
    },
  }
}
