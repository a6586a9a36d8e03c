import pg from 'pg'
import type { Place } from './bench-engine.ts'

/**
 * Finished runs of one step, as the engine leaves them behind, made over the last nine days by many flows; one in
 * fifty failed.
 */
export async function seedHistory(url: string, place: Place, planHash: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query("select engine.keep_partitions(now() - interval '10 days', 13)")
    const atOnce = 50_000
    for (let from = 0; from < count; from += atOnce) {
      await client.query(
        `with made as materialized (
           select engine.first_id('run', now() - n * interval '9 days' / $6) || substr(md5(n::text), 1, 16) as id,
             now() - n * interval '9 days' / $6 as at, n % 50 = 0 as failed,
             case when n % 3 = 0 then $2 else 'flow_' || lpad((n % 40)::text, 26, '0') end as flow_id
           from generate_series($3::int, $4::int) as n),
         ended as (
           insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
             subject, created_at, started_at, finished_at, error, output_seq, last_seq)
           select $1, id, flow_id, 1, $5, 'trigger', case when failed then 'failed' else 'succeeded' end, 1, 0, 0,
             'Order ' || right(id, 6), at, at, at + interval '20 ms',
             case when failed then '{"code":"upstream","message":"The shop did not answer","retryable":true}' end,
             case when failed then null else 2 end, 3
           from made)
         insert into engine.events (workspace_id, run_id, seq, kind, path, attempt, at, data, payload)
         select $1, id, 0, 'run.created', null, null, at, '{"triggerId":"trigger"}', '{"kind":"manual","body":{"qty":6}}' from made
         union all select $1, id, 1, 'step.started', 'step1', 1, at, '{"effect":true}', '{"value":{"qty":6}}' from made
         union all select $1, id, 2, case when failed then 'step.failed' else 'step.finished' end, 'step1', 1, at,
           case when failed then '{"error":{"code":"upstream","message":"no","retryable":true},"retryAt":null}' end,
           case when failed then null else '{"value":{"qty":6}}' end from made
         union all select $1, id, 3, 'run.finished', null, null, at, '{"status":"succeeded","error":null,"outputSeq":2}', null from made`,
        [place.workspaceId, place.flowId, from + 1, Math.min(from + atOnce, count), planHash, count],
      )
      if ((from / atOnce) % 4 === 3) console.log(`  … ${(from + atOnce).toLocaleString('en')} finished runs made`)
    }
    await client.query('analyze engine.history')
    await client.query('analyze engine.events')
  } finally {
    await client.end()
  }
}
