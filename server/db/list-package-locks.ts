import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const LockRow = z.object({
  name: z.string(),
  version: z.string(),
  state: z.enum(['installing', 'ready', 'failed']),
  integrity: z.string().nullable(),
  lock: z.string().nullable(),
})

/** What any server needs to have these packages of a workspace on its own disk; names that aren't in the list are left out. */
export async function listPackageLocks(db: Queryable, workspaceId: string, names: readonly string[]) {
  const { rows } = await db.query(
    'select name, version, state, integrity, lock from app.packages where workspace_id = $1 and name = any($2)',
    [workspaceId, names],
  )
  return z.array(LockRow).parse(rows)
}
