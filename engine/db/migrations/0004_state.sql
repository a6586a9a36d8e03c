-- What flows remember from run to run, what they do once across all their runs, and the numbers they count.

-- Values kept by flows, as JSON text. `version` counts the changes of a key, so that two runs don't undo each other's.
create table engine.flow_state (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  key text collate "C" not null,
  value text not null,
  version integer not null check (version > 0),
  updated_at timestamptz not null default now(),
  -- The run that changed it last.
  updated_by text collate "C" not null,
  primary key (workspace_id, flow_id, key)
) with (fillfactor = 80);

-- Every change of a run, under the call that asked for it: written with the change itself, so that a call that is
-- repeated after a crash finds its answer here instead of changing anything twice.
create table engine.state_changes (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  call text collate "C" not null,
  key text collate "C" not null,
  value text not null,
  version integer not null,
  at timestamptz not null default now(),
  primary key (workspace_id, run_id, path, call, key)
);

-- What is done once across the runs of a flow: claimed by a call of a step's attempt, then done with its value.
create table engine.once_keys (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  key text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  attempt integer not null,
  call text collate "C" not null,
  claimed_at timestamptz not null default now(),
  done_at timestamptz,
  value text,
  primary key (workspace_id, flow_id, key),
  check ((done_at is null) = (value is null))
);

create index once_keys_by_run on engine.once_keys (workspace_id, run_id);
comment on index engine.once_keys_by_run is 'list-run-state.ts: what a run did once';

-- Numbers that steps counted, written with the checkpoint `seq` that ended the step.
create table engine.metrics (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  seq integer not null,
  n integer not null,
  path text collate "C" not null,
  at timestamptz not null,
  name text collate "C" not null,
  value float8 not null,
  tags text,
  primary key (workspace_id, run_id, seq, n)
);
