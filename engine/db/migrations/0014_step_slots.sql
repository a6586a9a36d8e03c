-- Steps that share slots: of those under one key of a flow, so many are under way at once, across all its runs. A row
-- is an attempt that has a slot or waits for one; it goes with the attempt's outcome, in the same write.
create table engine.step_slots (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  key text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  slot_limit integer not null check (slot_limit > 0),
  priority smallint not null,
  asked_at timestamptz not null default clock_timestamp(),
  -- Null: it waits for a slot.
  granted_at timestamptz,
  primary key (workspace_id, run_id, path)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create index step_slots_by_key on engine.step_slots
  (workspace_id, flow_id, key, (granted_at is null), priority desc, asked_at, run_id, path);
comment on index engine.step_slots_by_key is 'ask-slots.ts, find-slot-keys.ts: who has the slots of a key, and who is next';
