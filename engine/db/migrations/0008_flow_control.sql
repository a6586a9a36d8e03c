-- Flow control: runs that may not simply start queue in lanes. A lane is one queue of one flow; the runs in it share
-- slots (how many may be running) and a throttle (how often one may start). Every transition of such a run to running
-- goes through claim-laned.ts, which holds the flow's advisory lock, so that nobody counts what somebody else is
-- about to change. Runs of flows without such settings have no lane, and nothing of this in their way.

alter table engine.runs
  -- Its queue; null: nothing limits when it starts.
  add column lane text collate "C",
  -- Those who share these slots: at most `slot_limit` of them are running.
  add column slots text collate "C",
  add column slot_limit integer check (slot_limit > 0),
  -- Those who share this throttle start one after the other.
  add column throttle text collate "C",
  -- Not started by then: cancelled.
  add column start_by timestamptz,
  -- Not started because its flow is paused.
  add column held boolean not null default false;
alter table engine.runs
  add check (lane is not null or (slots is null and throttle is null and start_by is null)),
  add check ((slots is null) = (slot_limit is null)),
  add check (not held or (worker_id is null and not ready)),
  drop constraint runs_check2,
  -- Nothing is stranded: owned, ready, due, held by its flow's pause, or waiting for something named.
  add check (worker_id is not null or ready or due_at is not null or held or status = 'waiting');

drop index engine.runs_claimable;
create index runs_claimable on engine.runs (priority desc, id) where ready and lane is null;
comment on index engine.runs_claimable is 'claim-runs.ts: what can go on now, the most urgent and oldest first';
drop index engine.runs_due;
create index runs_due on engine.runs (due_at)
  where worker_id is null and not ready and not held and due_at is not null and lane is null;
comment on index engine.runs_due is 'claim-runs.ts: timers that have run out, and when the next one will';

create index runs_queued on engine.runs (workspace_id, flow_id, lane, (started_at is null), priority desc, id)
  where lane is not null and ready;
comment on index engine.runs_queued is 'look-at-lanes.ts, claim-laned.ts: the queue of each lane, those that go on before those that begin';
create index runs_queued_due on engine.runs (due_at)
  where worker_id is null and not ready and not held and due_at is not null and lane is not null;
comment on index engine.runs_queued_due is 'look-at-lanes.ts, ready-due.ts: timers of runs that then stand in line';
create index runs_in_slots on engine.runs (workspace_id, flow_id, slots) where slots is not null and worker_id is not null;
comment on index engine.runs_in_slots is 'claim-laned.ts, find-occupants.ts: who holds the slots';
create index runs_start_by on engine.runs (start_by) where start_by is not null and started_at is null;
comment on index engine.runs_start_by is 'look-at-lanes.ts, end-unstarted.ts: what has not started in time';

-- What flow control remembers of the starts under one key; made when needed, forgotten when it says nothing any more.
create table engine.lanes (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  kind text not null check (kind in ('rateLimit', 'throttle', 'debounce', 'batch', 'singleton', 'slots')),
  key text collate "C" not null,
  -- The run that collects what comes (debounce, batch), or the one that is the only one (singleton).
  run_id text collate "C",
  state text not null default '{}',
  -- A throttle's next free instant.
  free_at timestamptz,
  expires_at timestamptz not null,
  primary key (workspace_id, flow_id, kind, key)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create index lanes_free on engine.lanes (free_at) where free_at is not null;
comment on index engine.lanes_free is 'look-at-lanes.ts: when a throttle lets the next run begin';
create index lanes_expired on engine.lanes (expires_at);
comment on index engine.lanes_expired is 'delete-idle-lanes.ts: what says nothing any more';

-- Flows of which nothing starts for now.
create table engine.paused_flows (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  paused_at timestamptz not null default now(),
  primary key (workspace_id, flow_id)
);
