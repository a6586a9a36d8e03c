-- Runs start other runs, tell them of their end, cancel them, and are followed by others when they fail. What a run's
-- event asks of other runs is written with the event itself, and taken away in the statement that does it, or after it
-- when doing it twice is doing it once.
create table engine.outbox (
  workspace_id text collate "C" not null,
  -- The run that wrote it, and the event it follows from.
  run_id text collate "C" not null,
  seq integer not null,
  kind text not null check (kind in ('child', 'cancel', 'failed')),
  -- The run it is for.
  target text collate "C" not null,
  path text collate "C" not null default '',
  body text,
  written_at timestamptz not null default now(),
  primary key (workspace_id, run_id, seq, kind, target)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create index outbox_by_age on engine.outbox (written_at);
comment on index engine.outbox_by_age is 'load-outbox.ts: what a process that died has left behind';

-- The run a step waits for.
alter table engine.waits add column child text collate "C";
