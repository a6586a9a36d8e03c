-- `commit_runs` for flows that can be paused: what nobody owns yet of such a flow is held.
create or replace function engine.commit_runs(
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
      priority, subject, request_id, started_by, created_at, started_at, held)
    select workspaces[f.run], runs[f.run], f.flow, f.version, f.plan, f.trigger,
      case when f.owned then 'running' else 'queued' end, case when f.owned then worker end, not f.owned and f.due is null and p.flow_id is null,
      to_timestamp(f.due / 1000), f.priority, f.subject, f.request, f.starter, to_timestamp(f.at / 1000),
      case when f.owned then to_timestamp(f.at / 1000) end, p.flow_id is not null
    from (select unnest(new_run) as run, unnest(new_end) as "end", unnest(new_flow) as flow, unnest(new_version) as version,
      unnest(new_plan) as plan, unnest(new_trigger) as trigger, unnest(new_owned) as owned, unnest(new_priority) as priority,
      unnest(new_due) as due, unnest(new_subject) as subject, unnest(new_request) as request, unnest(new_starter) as starter,
      unnest(new_at) as at) as f
    left join engine.paused_flows p on not f.owned and p.workspace_id = workspaces[f.run] and p.flow_id = f.flow
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

-- `commit_runs` with what not every write has: waits that are opened and closed, lines that were logged, and what a run
-- that ends leaves behind. Apart from it, because a function costs by the number of its arguments.
create function engine.commit_runs_and_waits(
  worker text, workspaces text[], runs text[], epochs int[],
  event_run int[], event_seq int[], event_kind text[], event_path text[], event_attempt int[], event_at float8[],
  event_data text[], event_payload text[],
  new_run int[], new_end int[], new_flow text[], new_version int[], new_plan text[], new_trigger text[],
  new_owned boolean[], new_priority smallint[], new_due float8[], new_subject text[], new_request text[],
  new_starter text[], new_at float8[],
  request_new int[], request_method text[], request_path text[], request_remote text[], request_bytes int[],
  request_trigger text[],
  end_run int[], end_status text[], end_error text[], end_at float8[], end_output int[], end_last int[],
  free_run int[], free_status text[], free_due float8[], free_seen int[], free_ready boolean[],
  closed_run int[], closed_path text[],
  opened_run int[], opened_path text[], opened_kind text[], opened_name text[], opened_at float8[], opened_due float8[],
  log_run int[], log_seq int[], log_n int[], log_path text[], log_attempt int[], log_at float8[], log_level text[],
  log_message text[], log_data text[],
  forgotten_run int[]
) returns int[]
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  arrivals int[] := engine.commit_runs(worker, workspaces, runs, epochs,
    event_run, event_seq, event_kind, event_path, event_attempt, event_at, event_data, event_payload,
    new_run, new_end, new_flow, new_version, new_plan, new_trigger, new_owned, new_priority, new_due, new_subject,
    new_request, new_starter, new_at,
    request_new, request_method, request_path, request_remote, request_bytes, request_trigger,
    end_run, end_status, end_error, end_at, end_output, end_last,
    free_run, free_status, free_due, free_seen, free_ready);
begin
  if arrivals is null then return null; end if;
  if closed_run is not null then
    delete from engine.waits w
    using (select unnest(closed_run) as run, unnest(closed_path) as path) as c
    where w.workspace_id = workspaces[c.run] and w.run_id = runs[c.run] and w.path = c.path;
  end if;
  if opened_run is not null then
    insert into engine.waits (workspace_id, run_id, path, kind, name, opened_at, due_at)
    select workspaces[o.run], runs[o.run], o.path, o.kind, o.name, to_timestamp(o.at / 1000), to_timestamp(o.due / 1000)
    from (select unnest(opened_run) as run, unnest(opened_path) as path, unnest(opened_kind) as kind,
      unnest(opened_name) as name, unnest(opened_at) as at, unnest(opened_due) as due) as o
    on conflict (workspace_id, run_id, path) do update
      set kind = excluded.kind, name = excluded.name, opened_at = excluded.opened_at, due_at = excluded.due_at;
  end if;
  if log_run is not null then
    insert into engine.logs (workspace_id, run_id, seq, n, path, attempt, at, level, message, data)
    select workspaces[l.run], runs[l.run], l.seq, l.n, l.path, l.attempt, to_timestamp(l.at / 1000), l.level, l.message, l.data
    from (select unnest(log_run) as run, unnest(log_seq) as seq, unnest(log_n) as n, unnest(log_path) as path,
      unnest(log_attempt) as attempt, unnest(log_at) as at, unnest(log_level) as level, unnest(log_message) as message,
      unnest(log_data) as data) as l;
  end if;
  if forgotten_run is not null then
    delete from engine.waits w using (select unnest(forgotten_run) as run) as f
    where w.workspace_id = workspaces[f.run] and w.run_id = runs[f.run];
    delete from engine.arrivals a using (select unnest(forgotten_run) as run) as f
    where a.workspace_id = workspaces[f.run] and a.run_id = runs[f.run];
  end if;
  return arrivals;
end
$$;
