import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ user_id: z.string(), email: z.string() })

/** Members of a workspace by what they are called: the id of each whose id or e-mail address is among the names. */
export async function findMembers(db: Queryable, workspaceId: string, names: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query(
    `select m.user_id, u.email from app.members m join app.users u on u.id = m.user_id
     where m.workspace_id = $1 and (m.user_id = any($2::text[]) or u.email = any($2::text[]))`,
    [workspaceId, names],
  )
  const found = new Map<string, string>()
  for (const row of rows) {
    const { user_id: id, email } = Row.parse(row)
    if (names.includes(id)) found.set(id, id)
    if (names.includes(email)) found.set(email, id)
  }
  return found
}
