import type { Database } from './database.ts'

const atOnce = 1000

/** Lets runs whose time has come stand in line, some at once. Gives whether there may be more. */
export async function readyDue(database: Database, offsetMs: number): Promise<boolean> {
  const rows = await database.write(
    `with due as materialized (
       select workspace_id, id from engine.runs
       where worker_id is null and not ready and not held and lane is not null
         and due_at is not null and due_at <= now() + $1::float8 * interval '1 ms'
       order by due_at limit ${atOnce} for no key update skip locked)
     update engine.runs r set ready = true, due_at = null
     from due where r.workspace_id = due.workspace_id and r.id = due.id
     returning r.id`,
    [offsetMs],
  )
  return rows.length === atOnce
}
