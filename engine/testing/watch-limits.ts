import type { Pool } from 'pg'

/**
 * Has the database itself count, at every commit that makes a run running, how many share its slots: one commit after
 * the other, each seeing those before. Gives what it found above the limit, and the most there ever were.
 */
export async function watchLimits(pool: Pool): Promise<() => Promise<{ above: number; most: number }>> {
  await pool.query(`
    create table public.seen (at timestamptz not null, flow_id text not null, slots text not null, running int not null, "limit" int not null);
    create function public.look() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(424242);
      insert into public.seen select clock_timestamp(), new.flow_id, new.slots, count(*), new.slot_limit
      from engine.runs where workspace_id = new.workspace_id and flow_id = new.flow_id and slots = new.slots and worker_id is not null;
      return null;
    end $$;
    create constraint trigger look_at_commit after insert or update on engine.runs deferrable initially deferred
      for each row when (new.slots is not null and new.worker_id is not null) execute function public.look();
  `)
  return async () => {
    const { rows } = await pool.query<{ above: number; most: number }>(
      `select count(*) filter (where running > "limit")::int as above, coalesce(max(running), 0)::int as most from public.seen`,
    )
    return rows[0] ?? { above: 0, most: 0 }
  }
}
