import type { Queryable } from './queryable.ts'

export async function deleteSetupTokens(db: Queryable): Promise<void> {
  await db.query('delete from app.setup_tokens')
}
