import type { Queryable } from './queryable.ts'

/** The installation came to nothing, for a reason somebody can read. */
export async function failPackage(
  db: Queryable,
  failed: { workspaceId: string; name: string; installId: string; lines: readonly string[]; reason: string },
): Promise<void> {
  await db.query(
    `update app.packages set state = 'failed', reason = $5, log = $4, heard_at = now()
     where workspace_id = $1 and name = $2 and install_id = $3 and state = 'installing'`,
    [failed.workspaceId, failed.name, failed.installId, failed.lines, failed.reason],
  )
}
