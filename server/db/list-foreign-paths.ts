import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ path: z.string() })

/** Of these paths, those that another flow of the instance holds. */
export async function listForeignPaths(db: Queryable, flowId: string, paths: string[]): Promise<Set<string>> {
  const { rows } = await db.query('select path from app.endpoints where path = any($2::text[]) and flow_id <> $1', [
    flowId,
    paths,
  ])
  return new Set(
    z
      .array(Row)
      .parse(rows)
      .map((row) => row.path),
  )
}
