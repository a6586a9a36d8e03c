import type { Pool } from 'pg'
import type { EventRow } from '../checker/evidence.ts'

/** All journals, each in its order. */
export async function loadEvents(pool: Pool): Promise<Map<string, EventRow[]>> {
  const { rows } = await pool.query<Omit<EventRow, 'data'> & { data: string | null }>(
    `select e.run_id as "runId", e.seq, e.kind, e.path, e.attempt, (extract(epoch from e.at) * 1000)::float8 as at, e.data,
       coalesce(e.payload, p.body) as payload
     from engine.events e
     left join engine.payloads p on p.workspace_id = e.workspace_id and p.run_id = e.run_id and p.seq = e.seq
     order by e.run_id, e.seq`,
  )
  const events = rows.map((row) => ({ ...row, data: row.data === null ? null : (JSON.parse(row.data) as EventRow['data']) }))
  return Map.groupBy(events, (event) => event.runId)
}
