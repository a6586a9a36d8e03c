import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ engine: z.boolean(), app: z.boolean() })

/** Whether the database answers and holds the tables of both schemas. */
export async function isMigrated(db: Queryable): Promise<boolean> {
  const { rows } = await db.query(
    `select to_regclass('engine.migrations') is not null as engine, to_regclass('app.migrations') is not null as app`,
  )
  const row = Row.parse(rows[0])
  return row.engine && row.app
}
