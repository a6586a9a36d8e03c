-- `commit_runs` for runs that only go on, as most writes do while few runs are under way: a function costs by the number
-- of its arguments, here more than by what it does.
create function engine.commit_events(
  worker text, workspaces text[], runs text[], epochs int[],
  event_run int[], event_seq int[], event_kind text[], event_path text[], event_attempt int[], event_at float8[],
  event_data text[], event_payload text[]
) returns int[]
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  arrivals int[];
begin
  arrivals := array(
    select r.arrived
    from (select unnest(workspaces) as workspace_id, unnest(runs) as id, unnest(epochs) as epoch) as b
    join engine.runs r on r.workspace_id = b.workspace_id and r.id = b.id
    where r.epoch = b.epoch and r.worker_id is not distinct from worker
    order by r.id for no key update of r);
  if cardinality(arrivals) < cardinality(epochs) then return null; end if;
  insert into engine.events (workspace_id, run_id, seq, kind, path, attempt, at, data, payload)
  select workspaces[e.run], runs[e.run], e.seq, e.kind, e.path, e.attempt, to_timestamp(e.at / 1000), e.data, e.payload
  from (select unnest(event_run) as run, unnest(event_seq) as seq, unnest(event_kind) as kind, unnest(event_path) as path,
    unnest(event_attempt) as attempt, unnest(event_at) as at, unnest(event_data) as data, unnest(event_payload) as payload) as e;
  return arrivals;
end
$$;
