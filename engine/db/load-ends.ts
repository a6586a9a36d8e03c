import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'
import { endedAfter } from './ended-after.ts'

export interface EndRow {
  id: string
  isUnfinished: boolean
  /** Null when the run is not kept any longer. */
  status: 'succeeded' | 'failed' | 'cancelled' | null
  flowId: string
  error: string | null
  output: string | null
  outputSeq: number | null
}

/** How these runs ended, with what they gave as far as that is stored as a whole. */
export function loadEnds(database: Database, workspaceId: string, runIds: readonly string[]): Promise<EndRow[]> {
  return database.read<EndRow>(
    `select c.id, r.id is not null as "isUnfinished", h.status, h.flow_id as "flowId", h.error, h.output_seq as "outputSeq",
       coalesce(e.payload, p.body) as output
     from unnest($2::text[]) as c(id)
     left join engine.runs r on r.workspace_id = $1 and r.id = c.id
     left join engine.history h on h.workspace_id = $1 and h.id = c.id and h.finished_at >= to_timestamp($3::float8)
     left join engine.events e on e.workspace_id = $1 and e.run_id = c.id and e.seq = h.output_seq
     left join engine.payloads p on p.workspace_id = $1 and p.run_id = c.id and p.seq = h.output_seq`,
    [workspaceId, textArray(runIds), endedAfter(...runIds)],
  )
}
