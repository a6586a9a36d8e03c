import type { Queryable } from './queryable.ts'

export async function insertFlow(
  db: Queryable,
  flow: { id: string; workspaceId: string; name: string; document: string; contentHash: string },
): Promise<void> {
  await db.query('insert into app.flows (id, workspace_id, name, document, content_hash) values ($1, $2, $3, $4, $5)', [
    flow.id,
    flow.workspaceId,
    flow.name,
    flow.document,
    flow.contentHash,
  ])
}
