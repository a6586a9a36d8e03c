import type { Queryable } from './queryable.ts'

export interface FinishedPackage {
  workspaceId: string
  name: string
  installId: string
  lines: readonly string[]
  integrity: string
  lock: string
  files: number
  bytes: number
}

/** From now on code can import it. False once another installation took this one's place. */
export async function finishPackage(db: Queryable, done: FinishedPackage): Promise<boolean> {
  const { rowCount } = await db.query(
    `update app.packages set state = 'ready', log = $4, heard_at = now(), integrity = $5, lock = $6, files = $7, bytes = $8
     where workspace_id = $1 and name = $2 and install_id = $3 and state = 'installing'`,
    [done.workspaceId, done.name, done.installId, done.lines, done.integrity, done.lock, done.files, done.bytes],
  )
  return rowCount === 1
}
