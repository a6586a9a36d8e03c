-- A waiting run that was cancelled is brought to its end at once, though all slots of its lane are taken: it has an
-- owner for that and is not running.
alter table engine.runs
  drop constraint runs_check,
  add check (status <> 'running' or worker_id is not null),
  add check (status <> 'queued' or worker_id is null);
