-- Writes and claims look their runs up one by one. As a join they were planned for the size the table had then: with few
-- unfinished runs PostgreSQL goes through all of them, and keeps to that when they are a hundred thousand.
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
    -- In id order, which is the order they come in, as every writer of runs does it. Looked up one by one: a plan that
    -- was made while the table was small would go through all of it for ever.
    arrivals := array(
      select r.arrived
      from (select unnest(workspaces) as workspace_id, unnest(runs) as id, unnest(epochs) as epoch) as b
      cross join lateral (
        select r.arrived from engine.runs r
        -- Not by the index of what a worker owns: that could be two thousand.
        where r.workspace_id = b.workspace_id and r.id = b.id and r.epoch = b.epoch and r.worker_id is not distinct from worker
        for no key update of r) as r);
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

create or replace function engine.commit_events(
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
    cross join lateral (
      select r.arrived from engine.runs r
      where r.workspace_id = b.workspace_id and r.id = b.id and r.epoch = b.epoch and r.worker_id is not distinct from worker
      for no key update of r) as r);
  if cardinality(arrivals) < cardinality(epochs) then return null; end if;
  insert into engine.events (workspace_id, run_id, seq, kind, path, attempt, at, data, payload)
  select workspaces[e.run], runs[e.run], e.seq, e.kind, e.path, e.attempt, to_timestamp(e.at / 1000), e.data, e.payload
  from (select unnest(event_run) as run, unnest(event_seq) as seq, unnest(event_kind) as kind, unnest(event_path) as path,
    unnest(event_attempt) as attempt, unnest(event_at) as at, unnest(event_data) as data, unnest(event_payload) as payload) as e;
  return arrivals;
end
$$;

create or replace function engine.claim_runs(worker text, offset_ms float8, most int)
returns table (
  "workspaceId" text, "runId" text, epoch int, "flowId" text, version int, "planHash" text, "requestId" text,
  "createdAt" float8, "startedAt" float8, arrived int, "lostBy" text, lane text, slots text,
  journal text, trigger text, "nextDueAt" float8
)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  instant timestamptz := now() + offset_ms * interval '1 ms';
  workspaces text[];
  ids text[];
  losses text[];
  first_id text;
  last_id text;
  first_request text;
  last_request text;
  next_due float8;
begin
  perform from engine.workers w where w.id = worker and w.state = 'live' for key share;
  if found then
    with due as materialized (
      select r.workspace_id, r.id, r.lost_by from engine.runs r
      where r.worker_id is null and not r.ready and not r.held and r.lane is null and r.due_at <= instant
      order by r.due_at limit most for no key update skip locked),
    claimable as materialized (
      select r.workspace_id, r.id, r.lost_by from engine.runs r
      where r.ready and r.lane is null
      order by r.priority desc, r.id limit most for no key update skip locked),
    picked as (select * from due union all select * from claimable limit most),
    claimed as (
      update engine.runs r
      set worker_id = worker, epoch = r.epoch + 1, status = 'running', ready = false, due_at = null, lost_by = null,
        started_at = coalesce(r.started_at, instant)
      from picked p where r.workspace_id = p.workspace_id and r.id = p.id
      returning r.workspace_id, r.id, r.request_id, p.lost_by)
    select array_agg(c.workspace_id), array_agg(c.id), array_agg(c.lost_by), min(c.id collate "C"), max(c.id collate "C"),
      min(c.request_id collate "C"), max(c.request_id collate "C")
    into workspaces, ids, losses, first_id, last_id, first_request, last_request from claimed c;
  end if;
  next_due := (
    select extract(epoch from r.due_at) * 1000 from engine.runs r
    where r.worker_id is null and not r.ready and not r.held and r.lane is null and r.due_at > instant
    order by r.due_at limit 1);
  if ids is null then
    return query select null::text, null::text, null::int, null::text, null::int, null::text, null::text, null::float8,
      null::float8, null::int, null::text, null::text, null::text, null::text, null::text, next_due;
    return;
  end if;
  return query execute $query$
    with runs as materialized (
      select r.*, c.was_lost_by from (
        select unnest($1::text[]) as workspace_id, unnest($2::text[]) as id, unnest($3::text[]) as was_lost_by) as c
      cross join lateral (
        select * from engine.runs r where r.workspace_id = c.workspace_id and r.id = c.id offset 0) as r)
    select r.workspace_id, r.id, r.epoch, r.flow_id, r.version, r.plan_hash, r.request_id,
      (extract(epoch from r.created_at) * 1000)::float8, (extract(epoch from r.started_at) * 1000)::float8,
      r.arrived, r.was_lost_by, r.lane, r.slots,
      (select json_agg(json_build_array(e.seq, e.kind, e.path, e.attempt, extract(epoch from e.at) * 1000, e.data) order by e.seq)::text
       from engine.events e where e.workspace_id = r.workspace_id and e.run_id = r.id and e.run_id between $5 and $6),
      case when r.request_id is null
        then (select e.payload from engine.events e
          where e.workspace_id = r.workspace_id and e.run_id = r.id and e.run_id between $5 and $6 and e.seq = 0
            and length(e.payload) < 8192)
        else (select q.trigger from engine.requests q
          where q.workspace_id = r.workspace_id and q.id = r.request_id and q.id between $7 and $8
            and length(q.trigger) < 8192) end,
      $4::float8
    from runs r
  $query$ using workspaces, ids, losses, next_due, first_id, last_id, first_request, last_request;
end
$$;
