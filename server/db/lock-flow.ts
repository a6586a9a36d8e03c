import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  document: z.string(),
  revision: z.number(),
  published_version: z.number().nullable(),
  enabled: z.boolean(),
})

/** A flow's draft, held against every other change of the flow until the transaction ends. */
export async function lockFlow(db: Queryable, workspaceId: string, id: string) {
  const { rows } = await db.query(
    'select document::text as document, revision, published_version, enabled from app.flows where workspace_id = $1 and id = $2 for update',
    [workspaceId, id],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  return { document: row.document, revision: row.revision, publishedVersion: row.published_version, enabled: row.enabled }
}
