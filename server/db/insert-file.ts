import type { Queryable } from './queryable.ts'

export interface NewFile {
  id: string
  workspaceId: string
  flowId: string
  /** What it came with. */
  requestId: string
  name: string
  type: string
  content: Buffer
}

export async function insertFile(db: Queryable, file: NewFile): Promise<void> {
  await db.query(
    `insert into app.files (id, workspace_id, flow_id, request_id, name, type, size, content)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [file.id, file.workspaceId, file.flowId, file.requestId, file.name, file.type, file.content.length, file.content],
  )
}
