import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  id: z.string(),
  workspace_id: z.string(),
  request_id: z.string().nullable(),
  run_id: z.string().nullable(),
})

export interface OldFile {
  id: string
  workspaceId: string
  requestId: string | null
  runId: string | null
}

/** Files that have been here for an hour, by then with what they came with, from one on; the oldest first. */
export async function listOldFiles(db: Queryable, afterId: string, limit: number): Promise<OldFile[]> {
  const { rows } = await db.query(
    `select id, workspace_id, request_id, run_id from app.files
     where created_at < now() - interval '1 hour' and id > $1 order by id limit $2`,
    [afterId, limit],
  )
  return z
    .array(Row)
    .parse(rows)
    .map((row) => ({ id: row.id, workspaceId: row.workspace_id, requestId: row.request_id, runId: row.run_id }))
}
