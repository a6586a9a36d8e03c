import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ flow: z.string().nullable(), workspace: z.string().nullable(), person: z.string().nullable() })

export interface Asker {
  /** Null when it is there no longer. */
  flow: string | null
  workspace: string | null
  /** Whoever started the run, when that was a person. */
  person: string | null
}

/** How people know who asks them something: the flow, its workspace, and who started the run. */
export async function findAsker(
  db: Queryable,
  asked: { workspaceId: string; flowId: string; requester: string | null },
): Promise<Asker> {
  const { rows } = await db.query(
    `select (select name from app.flows where workspace_id = $1 and id = $2) as flow,
       (select name from app.workspaces where id = $1) as workspace,
       coalesce((select name from app.users where id = $3),
         (select u.name from app.api_keys k join app.users u on u.id = k.user_id where k.id = $3 and k.workspace_id = $1)) as person`,
    [asked.workspaceId, asked.flowId, asked.requester],
  )
  return Row.parse(rows[0])
}
