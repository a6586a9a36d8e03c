import type { Queryable } from './queryable.ts'

/** Writes how far an installation has come; false once it isn't the one that counts any more. */
export async function reportPackage(
  db: Queryable,
  installation: { workspaceId: string; name: string; installId: string; lines: readonly string[] },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update app.packages set log = $4, heard_at = now()
     where workspace_id = $1 and name = $2 and install_id = $3 and state = 'installing'`,
    [installation.workspaceId, installation.name, installation.installId, installation.lines],
  )
  return rowCount === 1
}
