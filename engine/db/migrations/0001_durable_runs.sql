-- The whole state of the durable engine. A run lives in `runs` while it is unfinished and in `history` afterwards;
-- what happened in it is in `events`, its journal, which is only ever added to. Every key leads with the workspace.
-- Data of flows is text: it is kept to the letter and read by nobody in here.

-- Processes that own runs. A run's lease is its worker's: one row to keep alive, however many runs it holds.
create table engine.workers (
  id text collate "C" primary key,
  state text not null default 'live' check (state in ('live', 'gone')),
  -- Host, boot and process namespace: whoever shares it can see whether `process_id` still lives.
  place text not null,
  process_id integer not null,
  process_start text not null,
  -- Held as an advisory lock by the worker's own connection for as long as that lives.
  lock_key bigint not null,
  lease_ms integer not null check (lease_ms > 0),
  started_at timestamptz not null default now(),
  beat_at timestamptz not null default now()
);

-- Compiled versions under the hash of their content.
create table engine.plans (
  hash text collate "C" primary key,
  plan text not null,
  code text not null,
  saved_at timestamptz not null default now()
);

-- Unfinished runs: narrow, and small however long the history grows.
create table engine.runs (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  flow_id text collate "C" not null,
  -- Null is the draft.
  version integer,
  plan_hash text collate "C" not null,
  trigger_id text collate "C" not null,
  status text not null check (status in ('queued', 'running', 'waiting')),
  -- Raised whenever the run changes hands; what an earlier owner sends afterwards is refused.
  epoch integer not null default 1 check (epoch > 0),
  worker_id text collate "C",
  -- May be claimed now.
  ready boolean not null,
  -- May be claimed from then on.
  due_at timestamptz,
  priority smallint not null default 0 check (priority between -100 and 100),
  -- How many arrivals were ever addressed to it; its owner knows how many it has seen.
  arrived integer not null default 0,
  -- How its last owner was lost, until the next one has noted it.
  lost_by text check (lost_by in ('crash', 'lease')),
  subject text,
  request_id text collate "C",
  started_by text,
  replay_of text collate "C",
  parent text collate "C",
  created_at timestamptz not null,
  started_at timestamptz,
  primary key (workspace_id, id),
  -- Nothing is running without an owner.
  check ((status = 'running') = (worker_id is not null)),
  check (worker_id is null or not ready),
  -- Nothing is stranded: owned, ready, due, or waiting for something named.
  check (worker_id is not null or ready or due_at is not null or status = 'waiting')
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create unique index runs_by_id on engine.runs (id);
comment on index engine.runs_by_id is 'find-unfinished.ts: a token names a run without its workspace';
create index runs_claimable on engine.runs (priority desc, id) where ready;
comment on index engine.runs_claimable is 'claim-runs.ts: what can go on now, the most urgent and oldest first';
create index runs_due on engine.runs (due_at) where worker_id is null and not ready and due_at is not null;
comment on index engine.runs_due is 'claim-runs.ts: timers that have run out, and when the next one will';
create index runs_owned on engine.runs (worker_id) where worker_id is not null;
comment on index engine.runs_owned is 'workers.ts: what a lost worker held';

-- Finished runs, by the day they finished: a day that nobody keeps any longer is dropped as one.
create table engine.history (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  flow_id text collate "C" not null,
  version integer,
  plan_hash text collate "C" not null,
  trigger_id text collate "C" not null,
  status text not null check (status in ('succeeded', 'failed', 'cancelled')),
  epoch integer not null,
  priority smallint not null,
  arrived integer not null,
  subject text,
  request_id text collate "C",
  started_by text,
  replay_of text collate "C",
  parent text collate "C",
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz not null,
  error text,
  -- The event whose payload is the run's output.
  output_seq integer,
  last_seq integer not null,
  primary key (workspace_id, id, finished_at)
) partition by range (finished_at);
create table engine.history_rest partition of engine.history default;

create index history_by_flow on engine.history (workspace_id, flow_id, id);
comment on index engine.history_by_flow is 'list-runs.ts: the runs of one flow, newest first';
create index history_unsuccessful on engine.history (workspace_id, status, id) where status <> 'succeeded';
comment on index engine.history_unsuccessful is 'list-runs.ts: failed and cancelled runs among many that succeeded';

-- The journal of every run: `seq` is given by the run's owner and leaves no gap.
create table engine.events (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null check (seq >= 0),
  kind text collate "C" not null check (kind in (
    'run.created', 'run.finished', 'run.retried', 'run.cancelRequested', 'run.timedOut', 'run.paused',
    'step.started', 'step.finished', 'step.failed', 'step.lost', 'step.waiting', 'step.skipped')),
  path text collate "C",
  attempt integer,
  at timestamptz not null,
  data text,
  payload text,
  -- The payload is in `payloads`.
  large boolean not null default false,
  primary key (workspace_id, run_id, seq),
  check ((kind like 'step.%') = (path is not null))
) partition by range (run_id);
create table engine.events_rest partition of engine.events default;

create unique index events_attempt_ends_once on engine.events (workspace_id, run_id, path, attempt)
  where kind in ('step.finished', 'step.failed', 'step.lost');
comment on index engine.events_attempt_ends_once is 'no query: a checkpoint is written once';

-- Payloads above 256 KiB, apart from the rows that are read to go on.
create table engine.payloads (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null,
  body text not null,
  primary key (workspace_id, run_id, seq)
);

-- Log lines, written with the checkpoint `seq` of their attempt.
create table engine.logs (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null,
  n integer not null,
  path text collate "C" not null,
  attempt integer not null,
  at timestamptz not null,
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  message text not null,
  data text,
  primary key (workspace_id, run_id, seq, n)
);

-- What unfinished runs wait for, as people see it; when to wake is `runs.due_at`.
create table engine.waits (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  kind text not null check (kind in
    ('delay', 'call', 'event', 'approval', 'retry', 'child', 'attention', 'inDoubt', 'connection', 'slot')),
  name text,
  opened_at timestamptz not null,
  due_at timestamptz,
  primary key (workspace_id, run_id, path)
);

-- What came from outside for a run, whether it waits for it yet or not. Its owner journals it. The key decides what
-- settles a wait: a call and the deadline compete for one row, and the first one in is the one that happened.
create table engine.arrivals (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  key text collate "C" not null default '',
  number integer not null,
  kind text not null check (kind in ('call', 'deadline', 'cancel')),
  body text,
  arrived_at timestamptz not null,
  primary key (workspace_id, run_id, path, key)
);

-- The requests inbox: what webhooks received. A run refers to its request, so a body is stored once.
create table engine.requests (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  flow_id text collate "C" not null,
  run_id text collate "C",
  state text not null check (state in ('started', 'kept', 'rejected')),
  reason text,
  method text not null,
  path text not null,
  remote text not null,
  size_bytes integer not null,
  trigger text,
  received_at timestamptz not null default now(),
  primary key (workspace_id, id),
  check ((state = 'started') = (run_id is not null))
);

create index requests_by_flow on engine.requests (workspace_id, flow_id, id);
comment on index engine.requests_by_flow is 'the requests of one flow, newest first; keep-request.ts caps the rejected';

-- The first run under a key, for seven days.
create table engine.idempotency_keys (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  key text collate "C" not null,
  run_id text collate "C" not null,
  input_hash text,
  expires_at timestamptz not null,
  primary key (workspace_id, flow_id, key)
);

create index idempotency_keys_expired on engine.idempotency_keys (expires_at);
comment on index engine.idempotency_keys_expired is 'find-key.ts: keys that are no longer valid';
