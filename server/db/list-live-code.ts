import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ id: z.string(), name: z.string(), document: z.string() })

/** Flows of a workspace whose live version holds this text somewhere: those worth looking at for what their code imports. */
export async function listLiveCode(db: Queryable, workspaceId: string, text: string) {
  const { rows } = await db.query(
    `select f.id, f.name, v.document::text from app.flows f
     join app.versions v on v.flow_id = f.id and v.version = f.published_version
     where f.workspace_id = $1 and position($2 in v.document::text) > 0 order by f.id desc`,
    [workspaceId, text],
  )
  return z.array(Row).parse(rows)
}
