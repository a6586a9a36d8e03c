import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ name: z.string(), type: z.string(), size: z.number(), content: z.instanceof(Buffer).nullable() })

export interface FoundFile {
  name: string
  type: string
  size: number
  /** Absent of a file that is larger than was asked for. */
  content: Buffer | undefined
}

/** A file of the workspace; undefined when it has none of that id. */
export async function findFile(
  db: Queryable,
  workspaceId: string,
  id: string,
  mostBytes?: number,
): Promise<FoundFile | undefined> {
  const { rows } = await db.query(
    `select name, type, size, case when $3::bigint is null or size <= $3 then content end as content
     from app.files where workspace_id = $1 and id = $2`,
    [workspaceId, id, mostBytes ?? null],
  )
  if (rows[0] === undefined) return undefined
  const { content, ...file } = Row.parse(rows[0])
  return { ...file, content: content ?? undefined }
}
