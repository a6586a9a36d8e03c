import type { Pool } from 'pg'

/**
 * Has the database itself count, at every commit that gives a step a slot, how many have one under its key: one commit
 * after the other, each seeing those before. Gives how often there were too many, and the most there ever were.
 */
export async function watchSlots(pool: Pool): Promise<() => Promise<{ above: number; most: number }>> {
  await pool.query(`
    create table public.slots_seen (key text not null, held int not null, "limit" int not null);
    create function public.look_at_slots() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(424243);
      insert into public.slots_seen select new.key, count(*), new.slot_limit from engine.step_slots
      where workspace_id = new.workspace_id and flow_id = new.flow_id and key = new.key and granted_at is not null;
      return null;
    end $$;
    create constraint trigger look_at_commit after insert or update on engine.step_slots deferrable initially deferred
      for each row when (new.granted_at is not null) execute function public.look_at_slots();
  `)
  return async () => {
    const { rows } = await pool.query<{ above: number; most: number }>(
      `select count(*) filter (where held > "limit")::int as above, coalesce(max(held), 0)::int as most from public.slots_seen`,
    )
    return rows[0] ?? { above: 0, most: 0 }
  }
}
