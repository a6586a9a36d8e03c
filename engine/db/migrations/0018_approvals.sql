-- What runs ask people. A question outlives its run, so that its link tells for as long what became of it.

create table engine.approvals (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  run_id text collate "C" not null,
  path text collate "C" not null,
  flow_id text collate "C" not null,
  -- `timeout`: nobody answered, whatever that counts as; `closed`: the run needs no answer any more.
  state text not null default 'open' check (state in ('open', 'approved', 'rejected', 'timeout', 'closed')),
  title text not null,
  message text not null,
  -- JSON: what may be filled in.
  fields text not null,
  -- Who may answer: members by id, others by their e-mail address in lower case. Null: whoever has the link.
  approvers text[],
  required integer not null check (required > 0),
  requester text collate "C",
  excludes_requester boolean not null,
  on_timeout text not null check (on_timeout in ('route', 'approve', 'reject')),
  asked_at timestamptz not null,
  expires_at timestamptz,
  remind_at timestamptz,
  decided_at timestamptz,
  -- As people see it; null: somebody with the link, or nobody.
  decided_by text,
  comment text,
  primary key (workspace_id, id)
);

create unique index approvals_open on engine.approvals (workspace_id, run_id, path) where state = 'open';
comment on index engine.approvals_open is 'no query: a step asks one question at a time';
create index approvals_by_run on engine.approvals (run_id, path, id);
comment on index engine.approvals_by_run is 'find-approval.ts, cast_vote: a token names a run and a path';
create index approvals_waiting on engine.approvals (workspace_id, id) where state = 'open';
comment on index engine.approvals_waiting is 'list-approvals.ts: open questions among many that are answered';
create index approvals_by_time on engine.approvals (asked_at);
comment on index engine.approvals_by_time is 'forget-approvals.ts: the oldest first';

-- One a person and question.
create table engine.votes (
  workspace_id text collate "C" not null,
  approval_id text collate "C" not null,
  -- A member, an e-mail address, or 'link'.
  voter text collate "C" not null,
  -- As people see it.
  name text,
  decision text not null check (decision in ('approved', 'rejected')),
  comment text,
  -- JSON: what was filled in.
  fields text not null,
  at timestamptz not null,
  primary key (workspace_id, approval_id, voter),
  foreign key (workspace_id, approval_id) references engine.approvals on delete cascade
);

-- Counts a vote, under the lock of its run: so of two that come at the same time one is first, and what ends the
-- question is known at once. The vote that decides takes the place its deadline would take. One for a question that
-- is not asked yet is kept for it (`early`).
create function engine.cast_vote(
  in_run text, in_path text, in_voter text, in_name text, in_decision text, in_comment text, in_fields text,
  in_answer text, early text, in_at timestamptz
) returns table (outcome text, worker text) language plpgsql as $$
declare
  run record;
  asked record;
begin
  select r.workspace_id, r.worker_id, r.arrived into run from engine.runs r where r.id = in_run for no key update;
  if not found then
    return query select 'over', null::text;
    return;
  end if;
  select * into asked from engine.approvals a where a.run_id = in_run and a.path = in_path order by a.id desc limit 1;
  if not found then
    insert into engine.arrivals (workspace_id, run_id, path, key, number, kind, body, arrived_at)
    values (run.workspace_id, in_run, in_path, 'vote:' || in_voter, run.arrived + 1, 'vote', early, in_at)
    on conflict do nothing;
    if not found then
      return query select 'voted', run.worker_id;
      return;
    end if;
    update engine.runs r set arrived = r.arrived + 1 where r.workspace_id = run.workspace_id and r.id = in_run;
    return query select 'kept', run.worker_id;
    return;
  end if;
  if asked.state <> 'open' then
    return query select 'settled', run.worker_id;
    return;
  end if;
  if asked.expires_at <= in_at or exists (
    select from engine.arrivals a
    where a.workspace_id = run.workspace_id and a.run_id = in_run and a.path = in_path and a.key = ''
  ) then
    return query select 'expired', run.worker_id;
    return;
  end if;
  insert into engine.votes (workspace_id, approval_id, voter, name, decision, comment, fields, at)
  values (run.workspace_id, asked.id, in_voter, in_name, in_decision, in_comment, in_fields, in_at)
  on conflict do nothing;
  if not found then
    return query select 'voted', run.worker_id;
    return;
  end if;
  if in_decision = 'approved' and (
    select count(*) from engine.votes v
    where v.workspace_id = run.workspace_id and v.approval_id = asked.id and v.decision = 'approved'
  ) < asked.required then
    return query select 'counted', null::text;
    return;
  end if;
  update engine.approvals a set state = in_decision, decided_at = in_at, decided_by = in_name, comment = in_comment
  where a.workspace_id = run.workspace_id and a.id = asked.id;
  insert into engine.arrivals (workspace_id, run_id, path, number, kind, body, arrived_at)
  values (run.workspace_id, in_run, in_path, run.arrived + 1, 'vote', in_answer, in_at);
  update engine.runs r set arrived = r.arrived + 1,
    ready = r.ready or (r.worker_id is null and not r.held and r.status = 'waiting')
  where r.workspace_id = run.workspace_id and r.id = in_run;
  return query select 'decided', run.worker_id;
end
$$;

alter table engine.events drop constraint events_kind_check;
alter table engine.events add constraint events_kind_check check (kind in (
  'run.created', 'run.finished', 'run.retried', 'run.cancelRequested', 'run.timedOut', 'run.paused', 'run.moved',
  'step.started', 'step.finished', 'step.failed', 'step.lost', 'step.waiting', 'step.skipped', 'step.reminded',
  'step.looked', 'step.resolved', 'step.suspended', 'step.resumed', 'step.kept', 'step.copied')) not valid;
