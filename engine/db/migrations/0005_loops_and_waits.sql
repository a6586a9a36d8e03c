-- Loops journal what their expressions said of an iteration, people settle parked steps, in-code steps are suspended
-- and kept; and more comes from outside for a run than calls. The sets of kinds grow; rows that are there fit already.
alter table engine.events drop constraint events_kind_check;
alter table engine.events add constraint events_kind_check check (kind in (
  'run.created', 'run.finished', 'run.retried', 'run.cancelRequested', 'run.timedOut', 'run.paused', 'run.moved',
  'step.started', 'step.finished', 'step.failed', 'step.lost', 'step.waiting', 'step.skipped',
  'step.looked', 'step.resolved', 'step.suspended', 'step.resumed', 'step.kept', 'step.copied')) not valid;

alter table engine.arrivals drop constraint arrivals_kind_check;
alter table engine.arrivals add constraint arrivals_kind_check check (kind in (
  'call', 'deadline', 'cancel', 'event', 'vote', 'child', 'resolve', 'move'));
