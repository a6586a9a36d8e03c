-- The write that every run goes through, kept by the server ready to run. As a plain statement PostgreSQL would read
-- and plan it anew each time, which costs several times what it does; named prepared statements don't survive
-- transaction poolers, a function's plans live in the server's session and do.
--
-- Writes the usual things of many runs: events, new runs, requests, ends, and letting go. All of it or, when one of
-- the runs is not this worker's any more or the worker counts as gone, nothing: then it gives null, and the caller
-- writes what is still its own by the general statement of write-batch.ts, which this must agree with.
--
-- `runs` holds the owned ones first, in id order, then new ones; `epochs` is of the owned ones. Other arguments refer
-- to runs by their place in it. Gives how many arrivals each of the owned ones ever had.
--
-- The plans are made once, for any size: the settings keep a look at a small table from becoming a habit.
create function engine.commit_runs(
  worker text, workspaces text[], runs text[], epochs int[],
  event_run int[], event_seq int[], event_kind text[], event_path text[], event_attempt int[], event_at float8[],
  event_data text[], event_payload text[],
  new_run int[], new_end int[], new_flow text[], new_version int[], new_plan text[], new_trigger text[],
  new_owned boolean[], new_priority smallint[], new_due float8[], new_subject text[], new_request text[],
  new_starter text[], new_at float8[],
  request_new int[], request_method text[], request_path text[], request_remote text[], request_bytes int[],
  request_trigger text[],
  end_run int[], end_status text[], end_error text[], end_at float8[], end_output int[], end_last int[],
  free_run int[], free_status text[], free_due float8[], free_seen int[], free_ready boolean[]
) returns int[]
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  arrivals int[];
begin
  if epochs is not null then
    -- In id order, as every writer of runs does it.
    arrivals := array(
      select r.arrived
      from (select unnest(workspaces) as workspace_id, unnest(runs) as id, unnest(epochs) as epoch) as b
      join engine.runs r on r.workspace_id = b.workspace_id and r.id = b.id
      -- Not by the index of what a worker owns: that could be two thousand.
      where r.epoch = b.epoch and r.worker_id is not distinct from worker
      order by r.id for no key update of r);
    if cardinality(arrivals) < cardinality(epochs) then return null; end if;
  end if;

  if new_run is not null then
    if true = any(new_owned) then
      perform from engine.workers where id = worker and state = 'live' for key share;
      if not found then return null; end if;
    end if;
    insert into engine.runs (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, worker_id, ready, due_at,
      priority, subject, request_id, started_by, created_at, started_at)
    select workspaces[f.run], runs[f.run], f.flow, f.version, f.plan, f.trigger,
      case when f.owned then 'running' else 'queued' end, case when f.owned then worker end, not f.owned and f.due is null,
      to_timestamp(f.due / 1000), f.priority, f.subject, f.request, f.starter, to_timestamp(f.at / 1000),
      case when f.owned then to_timestamp(f.at / 1000) end
    from (select unnest(new_run) as run, unnest(new_end) as "end", unnest(new_flow) as flow, unnest(new_version) as version,
      unnest(new_plan) as plan, unnest(new_trigger) as trigger, unnest(new_owned) as owned, unnest(new_priority) as priority,
      unnest(new_due) as due, unnest(new_subject) as subject, unnest(new_request) as request, unnest(new_starter) as starter,
      unnest(new_at) as at) as f
    where f.end is null;
    -- What is over as it begins is never a row among the unfinished.
    insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
      subject, request_id, started_by, created_at, started_at, finished_at, error, output_seq, last_seq)
    select workspaces[f.run], runs[f.run], f.flow, f.version, f.plan, f.trigger, end_status[f.end], 1, f.priority, 0,
      f.subject, f.request, f.starter, to_timestamp(f.at / 1000), to_timestamp(f.at / 1000),
      to_timestamp(end_at[f.end] / 1000), end_error[f.end], end_output[f.end], end_last[f.end]
    from (select unnest(new_run) as run, unnest(new_end) as "end", unnest(new_flow) as flow, unnest(new_version) as version,
      unnest(new_plan) as plan, unnest(new_trigger) as trigger, unnest(new_priority) as priority,
      unnest(new_subject) as subject, unnest(new_request) as request, unnest(new_starter) as starter,
      unnest(new_at) as at) as f
    where f.end is not null;
    if request_new is not null then
      insert into engine.requests (workspace_id, id, flow_id, run_id, state, method, path, remote, size_bytes, trigger)
      select workspaces[new_run[q.new]], new_request[q.new], new_flow[q.new], runs[new_run[q.new]], 'started', q.method, q.path,
        q.remote, q.bytes, q.trigger
      from (select unnest(request_new) as new, unnest(request_method) as method, unnest(request_path) as path,
        unnest(request_remote) as remote, unnest(request_bytes) as bytes, unnest(request_trigger) as trigger) as q;
    end if;
  end if;

  insert into engine.events (workspace_id, run_id, seq, kind, path, attempt, at, data, payload)
  select workspaces[e.run], runs[e.run], e.seq, e.kind, e.path, e.attempt, to_timestamp(e.at / 1000), e.data, e.payload
  from (select unnest(event_run) as run, unnest(event_seq) as seq, unnest(event_kind) as kind, unnest(event_path) as path,
    unnest(event_attempt) as attempt, unnest(event_at) as at, unnest(event_data) as data, unnest(event_payload) as payload) as e;

  if free_run is not null then
    update engine.runs r
    set worker_id = null, status = l.status, due_at = to_timestamp(l.due / 1000), ready = l.ready or r.arrived > l.seen
    from (select unnest(free_run) as run, unnest(free_status) as status, unnest(free_due) as due, unnest(free_seen) as seen,
      unnest(free_ready) as ready) as l
    where r.workspace_id = workspaces[l.run] and r.id = runs[l.run];
  end if;

  if end_run is not null then
    with gone as (
      delete from engine.runs r
      using (select unnest(end_run) as run, unnest(end_status) as status, unnest(end_error) as error, unnest(end_at) as at,
        unnest(end_output) as output, unnest(end_last) as last) as e
      where e.run <= cardinality(epochs) and r.workspace_id = workspaces[e.run] and r.id = runs[e.run]
      returning r.workspace_id, r.id, r.flow_id, r.version, r.plan_hash, r.trigger_id, e.status, r.epoch, r.priority, r.arrived,
        r.subject, r.request_id, r.started_by, r.replay_of, r.parent, r.created_at, r.started_at,
        to_timestamp(e.at / 1000), e.error, e.output, e.last)
    insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
      subject, request_id, started_by, replay_of, parent, created_at, started_at, finished_at, error, output_seq, last_seq)
    select * from gone;
  end if;

  return coalesce(arrivals, '{}');
end
$$;
