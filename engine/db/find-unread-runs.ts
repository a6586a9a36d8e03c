import type { Database } from './database.ts'

export interface UnreadRun {
  workspaceId: string
  runId: string
  subject: string | null
  /** The beginning of what started it. */
  trigger: string | null
}

/** Runs after `after`, by their ids, whose words were never gathered, with the first `length` characters of what started them. */
export function findUnreadRuns(database: Database, after: string, limit: number, length: number): Promise<UnreadRun[]> {
  return database.read<UnreadRun>(
    `select r.workspace_id as "workspaceId", r.id as "runId", r.subject, left(case
         when r.request_id is not null then
           (select q.trigger from engine.requests q where q.workspace_id = r.workspace_id and q.id = r.request_id)
         -- What a batch collected lies in payloads before the first.
         else (select coalesce(e.payload, p.body, (
             select string_agg(left(b.body, $3), ' ') from engine.payloads b
             where b.workspace_id = r.workspace_id and b.run_id = r.id and b.seq between -20 and -1)) from engine.events e left join engine.payloads p using (workspace_id, run_id, seq)
           where e.workspace_id = r.workspace_id and e.run_id = r.id and e.seq = 0)
       end, $3) as trigger
     from (
       select workspace_id, id, subject, request_id from engine.runs where id > $1
       union all
       select workspace_id, id, subject, request_id from engine.history where id > $1) as r
     where not exists (select from engine.run_words w where w.workspace_id = r.workspace_id and w.run_id = r.id)
     order by r.id limit $2`,
    [after, limit, length],
  )
}
