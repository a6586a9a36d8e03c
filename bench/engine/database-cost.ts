import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface DatabaseCost {
  atMs: number
  /** WAL fsyncs of the whole server so far. */
  fsyncs: number
  /** Transactions of this database so far. */
  transactions: number
}

/** A session that is idle tells the server what it did within this time. */
const reportedAfterMs = 11_000

/** What PostgreSQL did so far; version 18 counts fsyncs in pg_stat_io, older ones in pg_stat_wal. */
export async function databaseCost(url: string): Promise<DatabaseCost> {
  await sleep(reportedAfterMs)
  const { pathname } = new URL(url)
  const elsewhere = new URL(url)
  elsewhere.pathname = '/postgres'
  const client = new pg.Client({ connectionString: elsewhere.href })
  await client.connect()
  try {
    const { rows: version } = await client.query<{ n: string }>("select current_setting('server_version_num') as n")
    const wal =
      Number(version[0]?.n) >= 180000
        ? "select sum(fsyncs) from pg_stat_io where object = 'wal'"
        : 'select wal_sync from pg_stat_wal'
    const { rows } = await client.query<{ fsyncs: string | null; transactions: string }>(
      `select (${wal}) as fsyncs,
         (select xact_commit + xact_rollback from pg_stat_database where datname = $1) as transactions`,
      [pathname.slice(1)],
    )
    return {
      atMs: performance.now(),
      fsyncs: Number(rows[0]?.fsyncs ?? Number.NaN),
      transactions: Number(rows[0]?.transactions ?? Number.NaN),
    }
  } finally {
    await client.end()
  }
}
