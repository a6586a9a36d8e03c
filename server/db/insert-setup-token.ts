import type { Queryable } from './queryable.ts'

/** Keeps the hash of a printed set-up link; every one that was printed works until an owner is made. */
export async function insertSetupToken(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db.query('insert into app.setup_tokens (token_hash) values ($1)', [tokenHash])
}
