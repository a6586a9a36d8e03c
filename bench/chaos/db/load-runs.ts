import type { Pool } from 'pg'
import type { RunRow } from '../checker/evidence.ts'

const common = `r.id, r.workspace_id as "workspaceId", r.flow_id as "flowId", r.version, r.plan_hash as "planHash", r.status, r.epoch,
  r.arrived, r.parent, r.replay_of as "replayOf", r.request_id as "requestId",
  (extract(epoch from r.created_at) * 1000)::float8 as "createdAt"`
const trigger = `coalesce(q.trigger, e.payload, p.body) as trigger`
const joins = `left join engine.requests q on q.workspace_id = r.workspace_id and q.id = r.request_id
  left join engine.events e on e.workspace_id = r.workspace_id and e.run_id = r.id and e.seq = 0
  left join engine.payloads p on p.workspace_id = r.workspace_id and p.run_id = r.id and p.seq = 0`

/** Every run there is, the finished and the others. */
export async function loadRuns(pool: Pool): Promise<RunRow[]> {
  const { rows } = await pool.query<RunRow>(
    `select ${common}, r.worker_id as "workerId", r.ready, (extract(epoch from r.due_at) * 1000)::float8 as "dueAt",
       null::float8 as "finishedAt", null::text as error, null::int as "outputSeq", null::int as "lastSeq", ${trigger}
     from engine.runs r ${joins}
     union all
     select ${common}, null, false, null, (extract(epoch from r.finished_at) * 1000)::float8, r.error, r.output_seq, r.last_seq, ${trigger}
     from engine.history r ${joins}
     order by 1`,
  )
  return rows
}
