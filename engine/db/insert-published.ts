import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'

export interface NewEvent {
  workspaceId: string
  id: string
  key: string | null
  name: string
  data: string
  valuesAt: readonly string[]
}

/** For how long the sender's id stands for the first event that had it. */
const sameForDays = 7

/** Keeps an event. Gives its id and when it was; those of the first one when its sender had sent it before. */
export async function insertPublished(
  database: Database,
  event: NewEvent,
  offsetMs: number,
): Promise<{ id: string; at: number; isNew: boolean }> {
  for (;;) {
    const [fresh] = await database.write<{ at: number }>(
      `insert into engine.published as p (workspace_id, id, key, name, data, values_at, at)
       values ($1, $2, $3, $4, $5, $6::text[], clock_timestamp() + $7::float8 * interval '1 ms')
       on conflict (workspace_id, key) where key is not null do nothing
       returning (extract(epoch from p.at) * 1000)::float8 as at`,
      [event.workspaceId, event.id, event.key, event.name, event.data, textArray(event.valuesAt), offsetMs],
    )
    if (fresh) return { id: event.id, at: fresh.at, isNew: true }
    const [first] = await database.write<{ id: string; at: number; isOld: boolean }>(
      `with first as (
         select id, at, at < clock_timestamp() + $3::float8 * interval '1 ms' - $4 * interval '1 day' as is_old
         from engine.published where workspace_id = $1 and key = $2),
       freed as (
         update engine.published p set key = null from first f where p.workspace_id = $1 and p.id = f.id and f.is_old)
       select id, (extract(epoch from at) * 1000)::float8 as at, is_old as "isOld" from first`,
      [event.workspaceId, event.key, offsetMs, sameForDays],
    )
    if (first && !first.isOld) return { id: first.id, at: first.at, isNew: false }
  }
}
