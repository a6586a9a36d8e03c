import type { Client } from 'pg'
import type { Sample, SampledRun } from '../checker/evidence.ts'

/** All unfinished runs with who holds them, as of one snapshot. */
export async function takeSample(client: Client): Promise<Sample> {
  const { rows } = await client.query<SampledRun & { now: number; none: boolean }>(
    `select (extract(epoch from now()) * 1000)::float8 as now, r.id, r.flow_id as "flowId", r.status, r.epoch,
       r.worker_id as "workerId", r.ready, (extract(epoch from r.due_at) * 1000)::float8 as "dueAt",
       (select count(*)::int from engine.waits w where w.workspace_id = r.workspace_id and w.run_id = r.id) as waits,
       (extract(epoch from now() - w.beat_at) * 1000)::float8 as "beatAgeMs", coalesce(w.state = 'live', false) as "isWorkerLive",
       r.held as "isHeld", exists (select from engine.history h where h.id = r.id) as "isOver"
     from engine.runs r left join engine.workers w on w.id = r.worker_id`,
  )
  return { at: rows[0]?.now ?? Date.now(), runs: rows.map(({ now: _now, none: _none, ...run }) => run) }
}
