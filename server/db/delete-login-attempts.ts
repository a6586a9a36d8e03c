import type { Queryable } from './queryable.ts'

export async function deleteLoginAttempts(db: Queryable, email: string, address: string): Promise<void> {
  await db.query('delete from app.login_attempts where email = lower($1) and address = $2', [email, address])
}
