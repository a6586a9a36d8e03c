import type { Pool, PoolClient, QueryResultRow } from 'pg'

/** Counted since the process started; what a run costs is read from these. */
export interface Counters {
  statements: number
  commits: number
}

/**
 * The pool as the engine uses it: single statements with parameters, each its own transaction, each counted.
 * Rows come as the columns say; data of flows is text and is parsed by nobody on the way.
 */
export interface Database {
  read<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]>
  write<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]>
  /** A connection for one user alone, handed out until it breaks. */
  writer(): Promise<PoolClient>
  counters: Counters
}

export function createDatabase(pool: Pool): Database {
  const counters: Counters = { statements: 0, commits: 0 }
  async function run<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    counters.statements++
    const { rows } = await pool.query<Row>(text, [...values])
    return rows
  }
  return {
    read: run,
    write(text, values) {
      counters.commits++
      return run(text, values)
    },
    writer: () => pool.connect(),
    counters,
  }
}
