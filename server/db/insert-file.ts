import type { Queryable } from './queryable.ts'

export type NewFile = {
  id: string
  workspaceId: string
  flowId: string
  name: string
  type: string
  content: Uint8Array
} & FileOwner

/** What it came with, or whose step made it: it goes with that. */
export type FileOwner = { requestId: string; runId?: undefined } | { runId: string; requestId?: undefined }

export async function insertFile(db: Queryable, file: NewFile): Promise<void> {
  await db.query(
    `insert into app.files (id, workspace_id, flow_id, request_id, run_id, name, type, size, content)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      file.id,
      file.workspaceId,
      file.flowId,
      file.requestId ?? null,
      file.runId ?? null,
      file.name,
      file.type,
      file.content.byteLength,
      file.content,
    ],
  )
}
