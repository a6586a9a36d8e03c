-- Everything the server keeps beside the runs: who may come in, the flows people draw, and what they published.

create table app.instance (
  one boolean primary key default true check (one),
  -- The workspace that set-up fills; keys from the environment belong to it.
  workspace_id text collate "C" not null,
  -- A fingerprint of HOLDFAST_SECRET_KEY, so that a server with another key says so instead of failing later.
  key_check text not null,
  created_at timestamptz not null default now()
);

create table app.workspaces (
  id text collate "C" primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table app.users (
  id text collate "C" primary key,
  -- Kept in lower case: one person, one account.
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text not null,
  created_at timestamptz not null default now()
);

create table app.members (
  workspace_id text collate "C" not null references app.workspaces on delete cascade,
  user_id text collate "C" not null references app.users on delete cascade,
  role text not null check (role in ('viewer', 'operator', 'builder', 'approver', 'admin', 'owner')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
-- Two set-ups at once make one owner.
create unique index members_one_owner on app.members (workspace_id) where role = 'owner';

create table app.setup_tokens (
  token_hash bytea primary key,
  created_at timestamptz not null default now()
);

create table app.sessions (
  token_hash bytea primary key,
  id text collate "C" not null unique,
  user_id text collate "C" not null references app.users on delete cascade,
  workspace_id text collate "C" not null references app.workspaces on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
-- Signing out everywhere, and sweeping what has expired.
create index sessions_by_user on app.sessions (user_id);
create index sessions_by_expiry on app.sessions (expires_at);

create table app.login_attempts (
  email text not null,
  address text not null,
  at timestamptz not null default now()
);
-- Counting the attempts of the last minutes, and forgetting older ones.
create index login_attempts_by_account on app.login_attempts (email, address, at);
create index login_attempts_by_time on app.login_attempts (at);

create table app.api_keys (
  id text collate "C" primary key,
  workspace_id text collate "C" not null references app.workspaces on delete cascade,
  user_id text collate "C" not null references app.users on delete cascade,
  name text not null,
  scopes text[] not null check (scopes <@ array['read', 'run', 'build', 'admin'] and cardinality(scopes) > 0),
  hint text not null,
  key_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz
);
-- The list of a workspace's keys, newest first.
create index api_keys_by_workspace on app.api_keys (workspace_id, id desc);

create table app.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  workspace_id text collate "C",
  -- A user, a key, or nobody yet (a failed sign-in).
  actor text,
  address text,
  action text not null,
  target text,
  details json
);
create index audit_log_by_workspace on app.audit_log (workspace_id, id desc);

create function app.refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only ever appended to';
end $$;
create trigger audit_log_append_only before update or delete or truncate on app.audit_log
  for each statement execute function app.refuse_audit_change();

create table app.flows (
  id text collate "C" primary key,
  workspace_id text collate "C" not null references app.workspaces on delete cascade,
  name text not null,
  -- `json`, not `jsonb`: a document is kept to the letter, \u0000 and lone surrogates included.
  document json not null,
  -- Of the document without its layout: whether publishing would change anything.
  content_hash text not null,
  revision integer not null default 1,
  published_version integer,
  enabled boolean not null default false,
  paused boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- The list of a workspace's flows, newest first.
create index flows_by_workspace on app.flows (workspace_id, id desc);

create table app.versions (
  flow_id text collate "C" not null references app.flows on delete cascade,
  version integer not null check (version > 0),
  document json not null,
  content_hash text not null,
  plan_hash text not null,
  -- The plan's triggers, which a request from outside needs before any run exists.
  triggers json not null,
  comment text not null default '',
  published_by text not null,
  published_at timestamptz not null default now(),
  primary key (flow_id, version)
);
alter table app.flows add foreign key (id, published_version) references app.versions (flow_id, version);

-- Which flow a path from outside belongs to. A path is held by the draft that first saved it, by the live version that
-- still listens on it, or by both; it is free again when neither names it.
create table app.endpoints (
  path text primary key check (path ~ '^[A-Za-z0-9_-]{1,128}$'),
  flow_id text collate "C" not null references app.flows on delete cascade,
  kind text not null check (kind in ('webhook', 'form')),
  draft_node_id text collate "C",
  live_node_id text collate "C",
  check (draft_node_id is not null or live_node_id is not null)
);
-- Bringing a flow's paths in line with its draft and its live version.
create index endpoints_by_flow on app.endpoints (flow_id);

create table app.samples (
  flow_id text collate "C" not null references app.flows on delete cascade,
  step_id text collate "C" not null,
  source text not null check (source in ('test', 'run', 'request', 'written')),
  at timestamptz not null default now(),
  value json not null,
  primary key (flow_id, step_id)
);
