import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ count: z.number() })

/** How often one account was tried from one address of late, and not let in. */
export async function countLoginAttempts(db: Queryable, email: string, address: string, windowMinutes: number): Promise<number> {
  const { rows } = await db.query(
    'select count(*)::int as count from app.login_attempts where email = lower($1) and address = $2 and at > now() - make_interval(mins => $3)',
    [email, address, windowMinutes],
  )
  return Row.parse(rows[0]).count
}
