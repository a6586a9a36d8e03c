import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ version: z.string(), number: z.number() })

/** What PostgreSQL calls its version, such as `18.4`. */
export async function databaseVersion(db: Queryable): Promise<string> {
  return (await readDatabaseVersion(db)).version
}

export async function readDatabaseVersion(db: Queryable): Promise<{ version: string; number: number }> {
  const { rows } = await db.query(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
  )
  return Row.parse(rows[0])
}
