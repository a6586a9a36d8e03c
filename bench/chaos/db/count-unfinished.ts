import type { Pool } from 'pg'

export async function countUnfinished(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from engine.runs')
  return rows[0]?.n ?? 0
}
