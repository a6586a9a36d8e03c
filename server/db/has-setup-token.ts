import type { Queryable } from './queryable.ts'

export async function hasSetupToken(db: Queryable, tokenHash: Buffer): Promise<boolean> {
  const { rowCount } = await db.query('select from app.setup_tokens where token_hash = $1', [tokenHash])
  return rowCount === 1
}
