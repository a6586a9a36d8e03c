import type { Queryable } from './queryable.ts'

/** Notes an attempt before it is looked at, so that many at once can't all slip below the limit; forgets old ones. */
export async function insertLoginAttempt(db: Queryable, email: string, address: string, windowMinutes: number): Promise<void> {
  await db.query(
    `with forgotten as (delete from app.login_attempts where at < now() - make_interval(mins => $3))
     insert into app.login_attempts (email, address) values (lower($1), $2)`,
    [email, address, windowMinutes],
  )
}
