-- Triggers that look by themselves whether there is something new: one row for each of a published flow. Where the next
-- look begins, the keys of what was found and the runs of it are written in one transaction.
create table engine.polls (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  trigger_id text collate "C" not null,
  -- What starts: the flow's live version.
  version integer not null,
  plan_hash text collate "C" not null,
  type text collate "C" not null,
  -- The trigger's params, as JSON.
  params text not null,
  -- Where the next look begins, as JSON; null: at the beginning.
  cursor text,
  -- What is there at the first look has not been gone through to its end.
  is_new boolean not null default true,
  -- When the first page of what is gone through was asked for; null: nothing is gone through.
  pass_at timestamptz,
  -- When it looks next; null: the flow is turned off.
  next_at timestamptz,
  -- Who looks just now, and until when at the most. Whoever is not the latest may write nothing.
  held_by text collate "C",
  held_until timestamptz,
  epoch integer not null default 0,
  -- The last look that went well, and the last that did not since then.
  looked_at timestamptz,
  failures integer not null default 0,
  failing_since timestamptz,
  error_code text,
  error_message text,
  -- Items that have started something.
  found bigint not null default 0,
  found_at timestamptz,
  primary key (workspace_id, flow_id, trigger_id)
);
create index polls_due on engine.polls (next_at) where next_at is not null;
comment on index engine.polls_due is 'claim-polls.ts: who is to look now, and when the next one is';

-- What a trigger has found, by the hash of its key: it starts nothing a second time.
create table engine.poll_keys (
  workspace_id text collate "C" not null,
  flow_id text collate "C" not null,
  trigger_id text collate "C" not null,
  key_hash bytea not null,
  seen_at timestamptz not null,
  primary key (workspace_id, flow_id, trigger_id, key_hash),
  foreign key (workspace_id, flow_id, trigger_id) references engine.polls on delete cascade
);
create index poll_keys_seen on engine.poll_keys (workspace_id, flow_id, trigger_id, seen_at);
comment on index engine.poll_keys_seen is 'poll-keys.ts: which of a trigger were not seen for the longest';
