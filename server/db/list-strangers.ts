import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ id: z.string() })

/** Those of these accounts that are no members of the flow's workspace. */
export async function listStrangers(db: Queryable, flowId: string, userIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query(
    `select distinct named.id from unnest($2::text[]) as named(id) where not exists (
       select from app.members m join app.flows f on f.workspace_id = m.workspace_id where f.id = $1 and m.user_id = named.id)`,
    [flowId, userIds],
  )
  return new Set(rows.map((row) => Row.parse(row).id))
}
