import type { Database } from './database.ts'

const daysAhead = 3

/** Makes the partitions of today and the next days, if they are missing. Nothing ever waits for them. */
export async function keepPartitions(database: Database, nowMs: number): Promise<void> {
  await database.write('select engine.keep_partitions(to_timestamp($1::float8 / 1000), $2)', [nowMs, daysAhead])
}
