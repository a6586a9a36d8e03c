-- One action for many runs: what was asked for, how far it has come, and what became of each run.
create table engine.bulk_jobs (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  action text not null check (action in ('retry', 'replay', 'cancel', 'move', 'resolve')),
  filter text not null,
  -- What the action needs to know beyond its name.
  how text not null,
  asked_by text not null,
  rate double precision not null check (rate > 0),
  -- How many runs fitted when it was asked for.
  count integer not null,
  handled integer not null default 0,
  -- Runs before this one are yet to come; at first none is newer than the job.
  before_run text collate "C" not null,
  next_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id)
);
create index bulk_jobs_due on engine.bulk_jobs (next_at) where finished_at is null;
comment on index engine.bulk_jobs_due is 'bulk-jobs.ts: what is to be gone on with';

-- Written together with what was done to the run: after a crash it is not done again.
create table engine.bulk_outcomes (
  workspace_id text collate "C" not null,
  job_id text collate "C" not null,
  run_id text collate "C" not null,
  -- The step that was settled; '' when it was about the run as a whole.
  path text collate "C" not null default '',
  -- 'done', or the error's code.
  outcome text collate "C" not null,
  -- What a replay was made as, or the error's message.
  detail text,
  primary key (workspace_id, job_id, run_id, path),
  foreign key (workspace_id, job_id) references engine.bulk_jobs on delete cascade
);
