import type { Pool, PoolClient, QueryResultRow } from 'pg'
import type { Log } from '../ports.ts'
import { withTransaction } from './with-transaction.ts'

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
  /** All that is done in `work` stands or falls together. */
  transaction<T>(work: (tx: Pick<Database, 'read' | 'write'>, client: PoolClient) => Promise<T>): Promise<T>
  counters: Counters
}

export function createDatabase(pool: Pool, log: Log): Database {
  pool.on('error', (error) => log.warn({ err: error }, 'A database connection broke; another is made when needed'))
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
    async writer() {
      const client = await pool.connect()
      // A connection that breaks while nobody asks anything of it shows with the next statement.
      client.on('error', () => undefined)
      return client
    },
    transaction: (work) =>
      withTransaction(pool, async (client) => {
        const inside = async <Row extends QueryResultRow>(text: string, values: readonly unknown[]) => {
          counters.statements++
          return (await client.query<Row>(text, [...values])).rows
        }
        const result = await work({ read: inside, write: inside }, client)
        counters.commits++
        return result
      }),
    counters,
  }
}
