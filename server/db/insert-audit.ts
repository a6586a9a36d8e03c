import type { Queryable } from './queryable.ts'

export interface AuditEntry {
  action: string
  workspaceId?: string | undefined
  actor?: string | undefined
  address?: string | undefined
  target?: string | undefined
  details?: { [name: string]: unknown } | undefined
}

/** Appends to the audit log; give it the transaction of the change it tells of. */
export async function insertAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await db.query(
    'insert into app.audit_log (workspace_id, actor, address, action, target, details) values ($1, $2, $3, $4, $5, $6)',
    [
      entry.workspaceId ?? null,
      entry.actor ?? null,
      entry.address ?? null,
      entry.action,
      entry.target ?? null,
      entry.details === undefined ? null : JSON.stringify(entry.details),
    ],
  )
}
