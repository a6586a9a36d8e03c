import type { Database } from './database.ts'

/** The database's clock, in milliseconds since 1970. */
export async function databaseTime(database: Database): Promise<number> {
  const [row] = await database.read<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as now', [])
  if (!row) throw new Error('The database did not say what time it is')
  return row.now
}
