import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ name: z.string(), type: z.string(), content: z.instanceof(Buffer) })

export async function findFile(db: Queryable, workspaceId: string, id: string): Promise<z.infer<typeof Row> | undefined> {
  const { rows } = await db.query('select name, type, content from app.files where workspace_id = $1 and id = $2', [
    workspaceId,
    id,
  ])
  return rows[0] === undefined ? undefined : Row.parse(rows[0])
}
