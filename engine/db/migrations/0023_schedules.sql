-- When flows start by the clock: one row for each schedule trigger of a published flow, with the time that is next. The
-- row moves on in the very transaction that makes the run of that time, so each time starts one run, whatever dies.
create table engine.schedules (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  trigger_id text collate "C" not null,
  -- What starts: the flow's live version.
  version integer not null,
  plan_hash text collate "C" not null,
  -- The trigger's params, as JSON.
  params text not null,
  -- The first time that is not seen to; null: none is left, or the flow is turned off.
  next_at timestamptz,
  -- When somebody has to see to it: later than next_at when starts are spread, or after something went wrong.
  due_at timestamptz check ((due_at is null) = (next_at is null)),
  -- The last time that was seen to.
  last_at timestamptz,
  primary key (workspace_id, flow_id, trigger_id)
);
create index schedules_due on engine.schedules (due_at) where due_at is not null;
comment on index engine.schedules_due is 'schedules.ts: whose time has come, and when the next one is';
