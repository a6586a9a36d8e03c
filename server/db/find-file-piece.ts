import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ name: z.string(), type: z.string(), size: z.number(), piece: z.instanceof(Buffer) })
export type FilePiece = z.infer<typeof Row>

/** Some bytes of a file of the workspace, from one on, with what the file is; undefined when it has none of that id. */
export async function findFilePiece(
  db: Queryable,
  workspaceId: string,
  id: string,
  { from, length }: { from: number; length: number },
): Promise<FilePiece | undefined> {
  const { rows } = await db.query(
    `select name, type, size, substring(content from $3::int + 1 for $4::int) as piece
     from app.files where workspace_id = $1 and id = $2`,
    [workspaceId, id, from, length],
  )
  return rows[0] === undefined ? undefined : Row.parse(rows[0])
}
