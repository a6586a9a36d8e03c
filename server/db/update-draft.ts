import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ revision: z.number() })

/** Replaces a locked flow's draft and gives its new revision. */
export async function updateDraft(
  db: Queryable,
  draft: { flowId: string; name: string; document: string; contentHash: string },
): Promise<number> {
  const { rows } = await db.query(
    `update app.flows set document = $2, name = $3, content_hash = $4, revision = revision + 1, updated_at = now() where id = $1 returning revision`,
    [draft.flowId, draft.document, draft.name, draft.contentHash],
  )
  return Row.parse(rows[0]).revision
}
