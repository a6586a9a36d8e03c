create table engine.approvals (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  flow_id text collate "C" not null,
  state text not null default 'open'::text,
  title text not null,
  message text not null,
  fields text not null,
  approvers text[],
  required integer not null,
  requester text collate "C",
  excludes_requester boolean not null,
  on_timeout text not null,
  asked_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  remind_at timestamp with time zone,
  decided_at timestamp with time zone,
  decided_by text,
  comment text,
  PRIMARY KEY (workspace_id, id),
  CHECK ((on_timeout = ANY (ARRAY['route'::text, 'approve'::text, 'reject'::text]))),
  CHECK ((required > 0)),
  CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'rejected'::text, 'timeout'::text, 'closed'::text])))
);
-- find-approval.ts, cast_vote: a token names a run and a path
CREATE INDEX approvals_by_run ON engine.approvals USING btree (run_id, path, id);
-- forget-approvals.ts: the oldest first
CREATE INDEX approvals_by_time ON engine.approvals USING btree (asked_at);
-- no query: a step asks one question at a time
CREATE UNIQUE INDEX approvals_open ON engine.approvals USING btree (workspace_id, run_id, path) WHERE (state = 'open'::text);
-- list-approvals.ts: open questions among many that are answered
CREATE INDEX approvals_waiting ON engine.approvals USING btree (workspace_id, id) WHERE (state = 'open'::text);

create table engine.arrivals (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  key text collate "C" not null default ''::text,
  number integer not null,
  kind text not null,
  body text,
  arrived_at timestamp with time zone not null,
  spent boolean not null default false,
  PRIMARY KEY (workspace_id, run_id, path, key),
  CHECK ((kind = ANY (ARRAY['call'::text, 'deadline'::text, 'cancel'::text, 'event'::text, 'vote'::text, 'child'::text, 'resolve'::text, 'move'::text])))
);

create table engine.bulk_jobs (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  action text not null,
  filter text not null,
  how text not null,
  asked_by text not null,
  rate double precision not null,
  count integer not null,
  handled integer not null default 0,
  before_run text collate "C" not null,
  next_at timestamp with time zone not null default now(),
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  PRIMARY KEY (workspace_id, id),
  CHECK ((action = ANY (ARRAY['retry'::text, 'replay'::text, 'cancel'::text, 'move'::text, 'resolve'::text]))),
  CHECK ((rate > (0)::double precision))
);
-- bulk-jobs.ts: what is to be gone on with
CREATE INDEX bulk_jobs_due ON engine.bulk_jobs USING btree (next_at) WHERE (finished_at IS NULL);

create table engine.bulk_outcomes (
  workspace_id text collate "C" not null,
  job_id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null default ''::text,
  outcome text collate "C" not null,
  detail text,
  PRIMARY KEY (workspace_id, job_id, run_id, path),
  FOREIGN KEY (workspace_id, job_id) REFERENCES engine.bulk_jobs(workspace_id, id) ON DELETE CASCADE
);

create table engine.chores (
  name text collate "C" not null,
  done_at timestamp with time zone not null,
  PRIMARY KEY (name)
);

create table engine.events (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null,
  kind text collate "C" not null,
  path text collate "C",
  attempt integer,
  at timestamp with time zone not null,
  data text,
  payload text,
  large boolean not null default false,
  PRIMARY KEY (workspace_id, run_id, seq)
) partition by RANGE (run_id);
-- no query: a checkpoint is written once
CREATE UNIQUE INDEX events_attempt_ends_once on engine.events USING btree (workspace_id, run_id, path, attempt) WHERE (kind = ANY (ARRAY['step.finished'::text, 'step.failed'::text, 'step.lost'::text]));

create table engine.events_rest partition of engine.events default;

create table engine.flow_state (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  key text collate "C" not null,
  value text not null,
  version integer not null,
  updated_at timestamp with time zone not null default now(),
  updated_by text collate "C" not null,
  PRIMARY KEY (workspace_id, flow_id, key),
  CHECK ((version > 0))
) with (fillfactor=80);

create table engine.history (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  flow_id text collate "C" not null,
  version integer,
  plan_hash text collate "C" not null,
  trigger_id text collate "C" not null,
  status text not null,
  epoch integer not null,
  priority smallint not null,
  arrived integer not null,
  subject text,
  request_id text collate "C",
  started_by text,
  replay_of text collate "C",
  parent text collate "C",
  created_at timestamp with time zone not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone not null,
  error text,
  output_seq integer,
  last_seq integer not null,
  PRIMARY KEY (workspace_id, id, finished_at),
  CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text])))
) partition by RANGE (finished_at);
-- list-runs.ts: the runs of one flow, newest first, by status, version and trigger too
CREATE INDEX history_by_flow on engine.history USING btree (workspace_id, flow_id, id, status, version, trigger_id);
-- find-run-plan.ts: a token names a run without its workspace
CREATE INDEX history_by_id on engine.history USING btree (id);
-- list-runs.ts: somebody's own runs
CREATE INDEX history_by_starter on engine.history USING btree (workspace_id, started_by, id) WHERE (started_by IS NOT NULL);
-- list-runs.ts: failed and cancelled runs among many that succeeded
CREATE INDEX history_unsuccessful on engine.history USING btree (workspace_id, status, id, flow_id) WHERE (status <> 'succeeded'::text);

create table engine.history_rest partition of engine.history default;

create table engine.idempotency_keys (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  key text collate "C" not null,
  run_id text collate "C" not null,
  input_hash text,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (workspace_id, flow_id, key)
);
-- find-key.ts: keys that are no longer valid
CREATE INDEX idempotency_keys_expired ON engine.idempotency_keys USING btree (expires_at);

create table engine.lanes (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  kind text not null,
  key text collate "C" not null,
  run_id text collate "C",
  state text not null default '{}'::text,
  free_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (workspace_id, flow_id, kind, key),
  CHECK ((kind = ANY (ARRAY['rateLimit'::text, 'throttle'::text, 'debounce'::text, 'batch'::text, 'singleton'::text, 'slots'::text])))
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);
-- delete-idle-lanes.ts: what says nothing any more
CREATE INDEX lanes_expired ON engine.lanes USING btree (expires_at);
-- look-at-lanes.ts: when a throttle lets the next run begin
CREATE INDEX lanes_free ON engine.lanes USING btree (free_at) WHERE (free_at IS NOT NULL);

create table engine.logs (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null,
  n integer not null,
  path text collate "C" not null,
  attempt integer not null,
  at timestamp with time zone not null,
  level text not null,
  message text not null,
  data text,
  PRIMARY KEY (workspace_id, run_id, seq, n),
  CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warn'::text, 'error'::text])))
) partition by RANGE (run_id);

create table engine.logs_rest partition of engine.logs default;

create table engine.metrics (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null,
  n integer not null,
  path text collate "C" not null,
  at timestamp with time zone not null,
  name text collate "C" not null,
  value double precision not null,
  tags text,
  PRIMARY KEY (workspace_id, run_id, seq, n)
) partition by RANGE (run_id);

create table engine.metrics_rest partition of engine.metrics default;

create table engine.once_keys (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  key text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  attempt integer not null,
  call text collate "C" not null,
  claimed_at timestamp with time zone not null default now(),
  done_at timestamp with time zone,
  value text,
  PRIMARY KEY (workspace_id, flow_id, key),
  CHECK (((done_at IS NULL) = (value IS NULL)))
);
-- list-run-state.ts: what a run did once
CREATE INDEX once_keys_by_run ON engine.once_keys USING btree (workspace_id, run_id);
-- forget-once-keys.ts: what was done, or left undone, long ago
CREATE INDEX once_keys_by_time ON engine.once_keys USING btree (COALESCE(done_at, claimed_at));

create table engine.outbox (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null,
  kind text not null,
  target text collate "C" not null,
  path text collate "C" not null default ''::text,
  body text,
  written_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, run_id, seq, kind, target),
  CHECK ((kind = ANY (ARRAY['child'::text, 'cancel'::text, 'failed'::text])))
) with (fillfactor=80, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);
-- load-outbox.ts: what a process that died has left behind
CREATE INDEX outbox_by_age ON engine.outbox USING btree (written_at);

create table engine.paused_flows (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  paused_at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, flow_id)
);

create table engine.payloads (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null,
  body text not null,
  PRIMARY KEY (workspace_id, run_id, seq)
) partition by RANGE (run_id);

create table engine.payloads_rest partition of engine.payloads default;

create table engine.plans (
  hash text collate "C" not null,
  plan text not null,
  code text not null,
  saved_at timestamp with time zone not null default now(),
  PRIMARY KEY (hash)
);

create table engine.poll_keys (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  trigger_id text collate "C" not null,
  key_hash bytea not null,
  seen_at timestamp with time zone not null,
  PRIMARY KEY (workspace_id, flow_id, trigger_id, key_hash),
  FOREIGN KEY (workspace_id, flow_id, trigger_id) REFERENCES engine.polls(workspace_id, flow_id, trigger_id) ON DELETE CASCADE
);
-- poll-keys.ts: which of a trigger were not seen for the longest
CREATE INDEX poll_keys_seen ON engine.poll_keys USING btree (workspace_id, flow_id, trigger_id, seen_at);

create table engine.polls (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  trigger_id text collate "C" not null,
  version integer not null,
  plan_hash text collate "C" not null,
  type text collate "C" not null,
  params text not null,
  cursor text,
  is_new boolean not null default true,
  pass_at timestamp with time zone,
  next_at timestamp with time zone,
  held_by text collate "C",
  held_until timestamp with time zone,
  epoch integer not null default 0,
  looked_at timestamp with time zone,
  failures integer not null default 0,
  failing_since timestamp with time zone,
  error_code text,
  error_message text,
  found bigint not null default 0,
  found_at timestamp with time zone,
  crashes integer not null default 0,
  PRIMARY KEY (workspace_id, flow_id, trigger_id)
);
-- claim-polls.ts: who is to look now, and when the next one is
CREATE INDEX polls_due ON engine.polls USING btree (next_at) WHERE (next_at IS NOT NULL);

create table engine.published (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  key text collate "C",
  name text collate "C" not null,
  data text not null,
  values_at text[] not null,
  at timestamp with time zone not null,
  looked boolean not null default false,
  PRIMARY KEY (workspace_id, id)
);
-- find-published.ts: what came before a wait opened
CREATE INDEX published_by_name ON engine.published USING btree (workspace_id, name, at, id);
-- forget-published.ts: the oldest first
CREATE INDEX published_by_time ON engine.published USING btree (at) WHERE looked;
-- find-published.ts: the events with the one value a wait is about
CREATE INDEX published_by_value ON engine.published USING gin (values_at);
-- publish.ts: the same id counts once
CREATE UNIQUE INDEX published_once ON engine.published USING btree (workspace_id, key) WHERE (key IS NOT NULL);
-- find-unlooked.ts: events whose sender died before it had told everybody
CREATE INDEX published_unlooked ON engine.published USING btree (at) WHERE (NOT looked);

create table engine.requests (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  flow_id text collate "C" not null,
  run_id text collate "C",
  state text not null,
  reason text,
  method text not null,
  path text not null,
  remote text not null,
  size_bytes integer not null,
  trigger text,
  received_at timestamp with time zone not null default now(),
  words tsvector,
  sending boolean not null default false,
  PRIMARY KEY (workspace_id, id),
  CHECK (((state = 'started'::text) = (run_id IS NOT NULL))),
  CHECK ((state = ANY (ARRAY['started'::text, 'kept'::text, 'rejected'::text])))
) partition by RANGE (id);
-- list-requests.ts, search-requests.ts, keep-request.ts, mark-requests.ts, forget-requests.ts: requests of one flow in one state, newest first
CREATE INDEX requests_by_state on engine.requests USING btree (workspace_id, flow_id, state, id);
-- search-requests.ts: requests without a run in which words occur
CREATE INDEX requests_find on engine.requests USING gin (words) WHERE (words IS NOT NULL);
-- list-kept.ts: what waits to be sent through, in the order it came
CREATE INDEX requests_to_send on engine.requests USING btree (workspace_id, flow_id, received_at, id) WHERE ((state = 'kept'::text) AND ((reason = 'paused'::text) OR sending));

create table engine.requests_rest partition of engine.requests default;

create table engine.run_words (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  words tsvector not null,
  PRIMARY KEY (workspace_id, run_id)
) partition by RANGE (run_id);
-- list-runs.ts: runs in which words occur
CREATE INDEX run_words_find on engine.run_words USING gin (words);

create table engine.run_words_rest partition of engine.run_words default;

create table engine.runs (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  flow_id text collate "C" not null,
  version integer,
  plan_hash text collate "C" not null,
  trigger_id text collate "C" not null,
  status text not null,
  epoch integer not null default 1,
  worker_id text collate "C",
  ready boolean not null,
  due_at timestamp with time zone,
  priority smallint not null default 0,
  arrived integer not null default 0,
  lost_by text,
  subject text,
  request_id text collate "C",
  started_by text,
  replay_of text collate "C",
  parent text collate "C",
  created_at timestamp with time zone not null,
  started_at timestamp with time zone,
  lane text collate "C",
  slots text collate "C",
  slot_limit integer,
  throttle text collate "C",
  start_by timestamp with time zone,
  held boolean not null default false,
  PRIMARY KEY (workspace_id, id),
  CHECK (((status <> 'running'::text) OR (worker_id IS NOT NULL))),
  CHECK (((worker_id IS NULL) OR (NOT ready))),
  CHECK (((lane IS NOT NULL) OR ((slots IS NULL) AND (throttle IS NULL) AND (start_by IS NULL)))),
  CHECK (((slots IS NULL) = (slot_limit IS NULL))),
  CHECK (((NOT held) OR ((worker_id IS NULL) AND (NOT ready)))),
  CHECK (((worker_id IS NOT NULL) OR ready OR (due_at IS NOT NULL) OR held OR (status = 'waiting'::text))),
  CHECK (((status <> 'queued'::text) OR (worker_id IS NULL))),
  CHECK ((epoch > 0)),
  CHECK ((lost_by = ANY (ARRAY['crash'::text, 'lease'::text]))),
  CHECK (((priority >= '-100'::integer) AND (priority <= 100))),
  CHECK ((slot_limit > 0)),
  CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text])))
) with (fillfactor=80, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);
-- find-unfinished.ts: a token names a run without its workspace
CREATE UNIQUE INDEX runs_by_id ON engine.runs USING btree (id);
-- claim-runs.ts: what can go on now, the most urgent and oldest first
CREATE INDEX runs_claimable ON engine.runs USING btree (priority DESC, id) WHERE (ready AND (lane IS NULL));
-- claim-runs.ts: timers that have run out, and when the next one will
CREATE INDEX runs_due ON engine.runs USING btree (due_at) WHERE ((worker_id IS NULL) AND (NOT ready) AND (NOT held) AND (due_at IS NOT NULL) AND (lane IS NULL));
-- claim-laned.ts, find-occupants.ts: who holds the slots
CREATE INDEX runs_in_slots ON engine.runs USING btree (workspace_id, flow_id, slots) WHERE ((slots IS NOT NULL) AND (worker_id IS NOT NULL));
-- workers.ts: what a lost worker held
CREATE INDEX runs_owned ON engine.runs USING btree (worker_id) WHERE (worker_id IS NOT NULL);
-- look-at-lanes.ts, claim-laned.ts: the queue of each lane, those that go on before those that begin
CREATE INDEX runs_queued ON engine.runs USING btree (workspace_id, flow_id, lane, ((started_at IS NULL)), priority DESC, id) WHERE ((lane IS NOT NULL) AND ready);
-- look-at-lanes.ts, ready-due.ts: timers of runs that then stand in line
CREATE INDEX runs_queued_due ON engine.runs USING btree (due_at) WHERE ((worker_id IS NULL) AND (NOT ready) AND (NOT held) AND (due_at IS NOT NULL) AND (lane IS NOT NULL));
-- look-at-lanes.ts, end-unstarted.ts: what has not started in time
CREATE INDEX runs_start_by ON engine.runs USING btree (start_by) WHERE ((start_by IS NOT NULL) AND (started_at IS NULL));

create table engine.schedules (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  trigger_id text collate "C" not null,
  version integer not null,
  plan_hash text collate "C" not null,
  params text not null,
  next_at timestamp with time zone,
  due_at timestamp with time zone,
  last_at timestamp with time zone,
  zones text not null default ''::text,
  PRIMARY KEY (workspace_id, flow_id, trigger_id),
  CHECK (((due_at IS NULL) = (next_at IS NULL)))
);
-- schedules.ts: whose time has come, and when the next one is
CREATE INDEX schedules_due ON engine.schedules USING btree (due_at) WHERE (due_at IS NOT NULL);

create table engine.state_changes (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  call text collate "C" not null,
  key text collate "C" not null,
  value text not null,
  version integer not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (workspace_id, run_id, path, call, key)
) partition by RANGE (run_id);

create table engine.state_changes_rest partition of engine.state_changes default;

create table engine.step_slots (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  key text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  slot_limit integer not null,
  priority smallint not null,
  asked_at timestamp with time zone not null default clock_timestamp(),
  granted_at timestamp with time zone,
  PRIMARY KEY (workspace_id, run_id, path),
  CHECK ((slot_limit > 0))
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);
-- ask-slots.ts, find-slot-keys.ts: who has the slots of a key, and who is next
CREATE INDEX step_slots_by_key ON engine.step_slots USING btree (workspace_id, flow_id, key, ((granted_at IS NULL)), priority DESC, asked_at, run_id, path);

create table engine.votes (
  workspace_id text collate "C" not null,
  approval_id text collate "C" not null,
  voter text collate "C" not null,
  name text,
  decision text not null,
  comment text,
  fields text not null,
  at timestamp with time zone not null,
  PRIMARY KEY (workspace_id, approval_id, voter),
  FOREIGN KEY (workspace_id, approval_id) REFERENCES engine.approvals(workspace_id, id) ON DELETE CASCADE,
  CHECK ((decision = ANY (ARRAY['approved'::text, 'rejected'::text])))
);

create table engine.waits (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  kind text not null,
  name text,
  opened_at timestamp with time zone not null,
  due_at timestamp with time zone,
  child text collate "C",
  event_name text collate "C",
  match_path text collate "C",
  match_value text collate "C",
  match text,
  is_closed boolean,
  since timestamp with time zone,
  looked boolean not null default true,
  PRIMARY KEY (workspace_id, run_id, path),
  CHECK ((kind = ANY (ARRAY['delay'::text, 'call'::text, 'event'::text, 'approval'::text, 'retry'::text, 'child'::text, 'attention'::text, 'inDoubt'::text, 'connection'::text, 'slot'::text])))
);
-- find-event-waits.ts: who waits for an event of that name with that value
CREATE INDEX waits_for_event ON engine.waits USING btree (workspace_id, event_name, match_path, match_value, run_id, path) WHERE (event_name IS NOT NULL);
-- find-unlooked.ts: waits whose worker died before it had looked for earlier events
CREATE INDEX waits_unlooked ON engine.waits USING btree (opened_at) WHERE (NOT looked);

create table engine.workers (
  id text collate "C" not null,
  state text not null default 'live'::text,
  place text not null,
  process_id integer not null,
  process_start text not null,
  lock_key bigint not null,
  lease_ms integer not null,
  started_at timestamp with time zone not null default now(),
  beat_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  CHECK ((lease_ms > 0)),
  CHECK ((state = ANY (ARRAY['live'::text, 'gone'::text])))
);

CREATE OR REPLACE FUNCTION engine.awaiting_step(workspace text, run text)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
begin
  return (
    select data::json -> 'origin' ->> 'path' from engine.events
    where workspace_id = workspace and run_id = run and seq = 0 and data::json -> 'origin' ->> 'isAwaited' = 'true');
end
$function$;

CREATE OR REPLACE FUNCTION engine.cast_vote(in_run text, in_path text, in_voter text, in_name text, in_decision text, in_comment text, in_fields text, in_answer text, early text, in_at timestamp with time zone)
 RETURNS TABLE(outcome text, worker text)
 LANGUAGE plpgsql
AS $function$
declare
  run record;
  asked record;
begin
  select r.workspace_id, r.worker_id, r.arrived into run from engine.runs r where r.id = in_run for no key update;
  if not found then
    return query select 'over', null::text;
    return;
  end if;
  select * into asked from engine.approvals a where a.run_id = in_run and a.path = in_path order by a.id desc limit 1;
  if not found then
    insert into engine.arrivals (workspace_id, run_id, path, key, number, kind, body, arrived_at)
    values (run.workspace_id, in_run, in_path, 'vote:' || in_voter, run.arrived + 1, 'vote', early, in_at)
    on conflict do nothing;
    if not found then
      return query select 'voted', run.worker_id;
      return;
    end if;
    update engine.runs r set arrived = r.arrived + 1 where r.workspace_id = run.workspace_id and r.id = in_run;
    return query select 'kept', run.worker_id;
    return;
  end if;
  if asked.state <> 'open' then
    return query select 'settled', run.worker_id;
    return;
  end if;
  if asked.expires_at <= in_at or exists (
    select from engine.arrivals a
    where a.workspace_id = run.workspace_id and a.run_id = in_run and a.path = in_path and a.key = ''
  ) then
    return query select 'expired', run.worker_id;
    return;
  end if;
  insert into engine.votes (workspace_id, approval_id, voter, name, decision, comment, fields, at)
  values (run.workspace_id, asked.id, in_voter, in_name, in_decision, in_comment, in_fields, in_at)
  on conflict do nothing;
  if not found then
    return query select 'voted', run.worker_id;
    return;
  end if;
  if in_decision = 'approved' and (
    select count(*) from engine.votes v
    where v.workspace_id = run.workspace_id and v.approval_id = asked.id and v.decision = 'approved'
  ) < asked.required then
    return query select 'counted', null::text;
    return;
  end if;
  update engine.approvals a set state = in_decision, decided_at = in_at, decided_by = in_name, comment = in_comment
  where a.workspace_id = run.workspace_id and a.id = asked.id;
  insert into engine.arrivals (workspace_id, run_id, path, number, kind, body, arrived_at)
  values (run.workspace_id, in_run, in_path, run.arrived + 1, 'vote', in_answer, in_at);
  update engine.runs r set arrived = r.arrived + 1,
    ready = r.ready or (r.worker_id is null and not r.held and r.status = 'waiting')
  where r.workspace_id = run.workspace_id and r.id = in_run;
  return query select 'decided', run.worker_id;
end
$function$;

CREATE OR REPLACE FUNCTION engine.claim_runs(worker text, offset_ms double precision, most integer)
 RETURNS TABLE("workspaceId" text, "runId" text, epoch integer, "flowId" text, version integer, "planHash" text, "requestId" text, "createdAt" double precision, "startedAt" double precision, arrived integer, "lostBy" text, lane text, slots text, journal text, trigger text, "nextDueAt" double precision)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
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
  if cardinality(ids) = 1 then
    return query
    select r.workspace_id, r.id, r.epoch, r.flow_id, r.version, r.plan_hash, r.request_id,
      (extract(epoch from r.created_at) * 1000)::float8, (extract(epoch from r.started_at) * 1000)::float8,
      r.arrived, losses[1], r.lane, r.slots,
      (select json_agg(json_build_array(e.seq, e.kind, e.path, e.attempt, extract(epoch from e.at) * 1000, e.data) order by e.seq)::text
       from engine.events e where e.workspace_id = workspaces[1] and e.run_id = first_id),
      case when r.request_id is null
        then (select e.payload from engine.events e
          where e.workspace_id = workspaces[1] and e.run_id = first_id and e.seq = 0 and length(e.payload) < 8192)
        else (select q.trigger from engine.requests q
          where q.workspace_id = workspaces[1] and q.id = first_request and length(q.trigger) < 8192) end,
      next_due
    from engine.runs r where r.workspace_id = workspaces[1] and r.id = first_id;
    return;
  end if;
  return query execute $query$
    with runs as materialized (
      select r.*, c.was_lost_by from (
        select unnest($1::text[]) as workspace_id, unnest($2::text[]) as id, unnest($3::text[]) as was_lost_by) as c
      join engine.runs r on r.workspace_id = c.workspace_id and r.id = c.id)
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
$function$;

CREATE OR REPLACE FUNCTION engine.commit_events(worker text, workspaces text[], runs text[], epochs integer[], event_run integer[], event_seq integer[], event_kind text[], event_path text[], event_attempt integer[], event_at double precision[], event_data text[], event_payload text[])
 RETURNS integer[]
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION engine.commit_runs(worker text, workspaces text[], runs text[], epochs integer[], event_run integer[], event_seq integer[], event_kind text[], event_path text[], event_attempt integer[], event_at double precision[], event_data text[], event_payload text[], new_run integer[], new_end integer[], new_flow text[], new_version integer[], new_plan text[], new_trigger text[], new_owned boolean[], new_priority smallint[], new_due double precision[], new_subject text[], new_request text[], new_starter text[], new_at double precision[], request_new integer[], request_method text[], request_path text[], request_remote text[], request_bytes integer[], request_trigger text[], end_run integer[], end_status text[], end_error text[], end_at double precision[], end_output integer[], end_last integer[], free_run integer[], free_status text[], free_due double precision[], free_seen integer[], free_ready boolean[])
 RETURNS integer[]
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION engine.commit_runs_and_waits(worker text, workspaces text[], runs text[], epochs integer[], event_run integer[], event_seq integer[], event_kind text[], event_path text[], event_attempt integer[], event_at double precision[], event_data text[], event_payload text[], new_run integer[], new_end integer[], new_flow text[], new_version integer[], new_plan text[], new_trigger text[], new_owned boolean[], new_priority smallint[], new_due double precision[], new_subject text[], new_request text[], new_starter text[], new_at double precision[], request_new integer[], request_method text[], request_path text[], request_remote text[], request_bytes integer[], request_trigger text[], end_run integer[], end_status text[], end_error text[], end_at double precision[], end_output integer[], end_last integer[], free_run integer[], free_status text[], free_due double precision[], free_seen integer[], free_ready boolean[], closed_run integer[], closed_path text[], opened_run integer[], opened_path text[], opened_kind text[], opened_name text[], opened_at double precision[], opened_due double precision[], log_run integer[], log_seq integer[], log_n integer[], log_path text[], log_attempt integer[], log_at double precision[], log_level text[], log_message text[], log_data text[], forgotten_run integer[])
 RETURNS integer[]
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION engine.day_tables()
 RETURNS TABLE(name text, key text)
 LANGUAGE sql
 IMMUTABLE
AS $function$
  values ('history', null), ('events', 'run'), ('payloads', 'run'), ('logs', 'run'), ('metrics', 'run'),
    ('state_changes', 'run'), ('run_words', 'run'), ('requests', 'req')
$function$;

CREATE OR REPLACE FUNCTION engine.drop_day(parent text, day timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  part text := parent || '_' || to_char(day at time zone 'UTC', 'YYYY_MM_DD');
begin
  if not exists (select from pg_inherits where inhparent = ('engine.' || parent)::regclass
    and inhrelid = to_regclass('engine.' || part)) then
    return false;
  end if;
  -- Everybody else waits behind a lock that is waited for.
  perform set_config('lock_timeout', '500ms', true);
  execute format('drop table engine.%I', part);
  return true;
exception when lock_not_available then
  return false;
end
$function$;

CREATE OR REPLACE FUNCTION engine.find_words(workspace text, query tsquery, since text, before text, most integer)
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE
 SET enable_seqscan TO 'off'
 SET enable_indexscan TO 'off'
AS $function$
begin
  return query
    with found as materialized (
      select w.workspace_id, w.run_id from engine.run_words w
      where w.words @@ query and (since is null or w.run_id >= since) and (before is null or w.run_id < before))
    select f.run_id from found f where f.workspace_id = workspace order by f.run_id desc limit most;
end
$function$;

CREATE OR REPLACE FUNCTION engine.first_id(prefix text, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select prefix || '_' || string_agg(
    substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms >> (5 * (9 - place))) & 31)::int + 1, 1), '' order by place)
  from generate_series(0, 9) as place, (select floor(extract(epoch from at) * 1000)::bigint as ms) as instant
$function$;

CREATE OR REPLACE FUNCTION engine.forget_counts(workspace text, run text, step text, before integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  delete from engine.metrics where workspace_id = workspace and run_id = run and path = step and seq < before;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION engine.keep_partitions(at timestamp with time zone, days integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  first_day timestamptz := date_trunc('day', at at time zone 'UTC') at time zone 'UTC';
  day timestamptz;
  parent record;
  part text;
  bounds text[];
begin
  for day in select first_day + n * interval '1 day' from generate_series(0, days - 1) as n loop
    for parent in select * from engine.day_tables() loop
      part := parent.name || '_' || to_char(day at time zone 'UTC', 'YYYY_MM_DD');
      continue when to_regclass('engine.' || part) is not null;
      bounds := case when parent.key is null then array[day::text, (day + interval '1 day')::text]
        else array[engine.first_id(parent.key, day), engine.first_id(parent.key, day + interval '1 day')] end;
      begin
        perform set_config('lock_timeout', '2s', true);
        perform pg_advisory_xact_lock(hashtext('engine partitions'));
        -- Looked up in the catalog itself: names this session has asked for before may be out of date.
        continue when exists (select from pg_class where relname = part and relnamespace = 'engine'::regnamespace);
        execute format('create table engine.%I (like engine.%I including all)', part, parent.name);
        execute format('alter table engine.%I attach partition engine.%I for values from (%L) to (%L)',
          parent.name, part, bounds[1], bounds[2]);
      exception when check_violation or lock_not_available then
        raise warning 'engine.% could not be made: %', part, sqlerrm;
      end;
    end loop;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION engine.last_seq(workspace text, run text)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
begin
  return (select max(seq) from engine.events where workspace_id = workspace and run_id = run);
end
$function$;
