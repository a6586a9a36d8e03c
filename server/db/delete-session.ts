import type { Queryable } from './queryable.ts'

export async function deleteSession(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db.query('delete from app.sessions where token_hash = $1', [tokenHash])
}
