import type { Queryable } from './queryable.ts'

/** Lets attempts at one account from one address be counted one after another, until the transaction ends. */
export async function lockLoginAttempts(db: Queryable, email: string, address: string): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended(lower($1) || ' ' || $2, 0))`, [email, address])
}
