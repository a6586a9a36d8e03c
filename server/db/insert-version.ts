import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ version: z.number() })

/** Adds the next version of a locked flow; which one is live is another question. */
export async function insertVersion(
  db: Queryable,
  version: {
    flowId: string
    document: string
    contentHash: string
    planHash: string
    triggers: string
    comment: string
    publishedBy: string
  },
): Promise<number> {
  const { rows } = await db.query(
    `insert into app.versions (flow_id, version, document, content_hash, plan_hash, triggers, comment, published_by)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7 from app.versions where flow_id = $1
     returning version`,
    [
      version.flowId,
      version.document,
      version.contentHash,
      version.planHash,
      version.triggers,
      version.comment,
      version.publishedBy,
    ],
  )
  return Row.parse(rows[0]).version
}
