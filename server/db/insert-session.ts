import type { Queryable } from './queryable.ts'

/** Begins a session and sweeps expired ones. */
export async function insertSession(
  db: Queryable,
  session: { id: string; tokenHash: Buffer; userId: string; workspaceId: string; days: number },
): Promise<void> {
  await db.query(
    `with swept as (delete from app.sessions where expires_at < now())
     insert into app.sessions (token_hash, id, user_id, workspace_id, expires_at) values ($1, $2, $3, $4, now() + make_interval(days => $5))`,
    [session.tokenHash, session.id, session.userId, session.workspaceId, session.days],
  )
}
