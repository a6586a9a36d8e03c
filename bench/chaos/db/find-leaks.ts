import type { Pool } from 'pg'

/** The tables in which one of these texts stands in any column. */
export async function findLeaks(pool: Pool, secrets: { [name: string]: string }): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('engine', 'app')`,
  )
  const leaks: string[] = []
  for (const { name } of tables) {
    for (const [secret, text] of Object.entries(secrets)) {
      const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from ${name} t where strpos(t::text, $1) > 0`, [
        text,
      ])
      const n = rows[0]?.n ?? 0
      if (n > 0) leaks.push(`${secret} stands in ${n} rows of ${name}`)
    }
  }
  return leaks
}
