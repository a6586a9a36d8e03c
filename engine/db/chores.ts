import type { Database } from './database.ts'

/** Whether this process is to do something now that one process does for all, every so often. */
export async function takeChore(database: Database, name: string, everyMs: number): Promise<boolean> {
  const rows = await database.write(
    `insert into engine.chores as c (name, done_at) values ($1, now())
     on conflict (name) do update set done_at = excluded.done_at where c.done_at <= now() - $2::float8 * interval '1 ms'
     returning 1`,
    [name, everyMs],
  )
  return rows.length === 1
}

/** Up to when something is done; undefined when it never was. */
export async function findChore(database: Database, name: string): Promise<number | undefined> {
  const [row] = await database.read<{ doneAt: number }>(
    `select (extract(epoch from done_at) * 1000)::float8 as "doneAt" from engine.chores where name = $1`,
    [name],
  )
  return row?.doneAt
}

/** Notes up to when something is done. */
export async function noteChore(database: Database, name: string, doneAt: number): Promise<void> {
  await database.write(
    `insert into engine.chores (name, done_at) values ($1, to_timestamp($2::float8 / 1000))
     on conflict (name) do update set done_at = excluded.done_at`,
    [name, doneAt],
  )
}
