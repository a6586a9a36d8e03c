-- Somebody who calls a wait's address a second time is told so even after the run has ended.

create index history_by_id on engine.history (id);
comment on index engine.history_by_id is 'find-run-plan.ts: a token names a run without its workspace';
