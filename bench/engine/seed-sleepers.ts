import pg from 'pg'

export interface Nap {
  workspaceId: string
  /** A run that waits on a delay, as the engine left it. */
  runId: string
  /** When it is due; the others are due from then on, evenly over `spreadMs`. */
  untilMs: number
}

/** As many more runs like the one that sleeps already, each with its own time to wake up. */
export async function seedSleepers(url: string, nap: Nap, count: number, spreadMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const atOnce = 20_000
    for (let from = 0; from < count; from += atOnce) {
      await client.query(
        `with made as materialized (
           select engine.first_id('run', now()) || substr(md5('sleeper' || n), 1, 16) as id,
             ($3::float8 + n * $4::float8 / $5)::bigint as until
           from generate_series($6::int, $7::int) as n),
         runs as (
           insert into engine.runs
           select (jsonb_populate_record(r, jsonb_build_object('id', m.id, 'due_at', to_timestamp(m.until / 1000.0)))).*
           from engine.runs r, made m where r.workspace_id = $1 and r.id = $2),
         waits as (
           insert into engine.waits
           select (jsonb_populate_record(w, jsonb_build_object('run_id', m.id, 'due_at', to_timestamp(m.until / 1000.0)))).*
           from engine.waits w, made m where w.workspace_id = $1 and w.run_id = $2)
         insert into engine.events
         select e.workspace_id, m.id, e.seq, e.kind, e.path, e.attempt, e.at, replace(e.data, $3::bigint::text, m.until::text),
           replace(e.payload, $3::bigint::text, m.until::text), e.large
         from engine.events e, made m where e.workspace_id = $1 and e.run_id = $2`,
        [nap.workspaceId, nap.runId, nap.untilMs, spreadMs, count, from + 1, Math.min(from + atOnce, count)],
      )
      console.log(`  … ${Math.min(from + atOnce, count).toLocaleString('en')} sleepers made`)
    }
  } finally {
    await client.end()
  }
}
