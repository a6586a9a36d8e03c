-- Secrets and shared values of a workspace, by name.

create table app.data_keys (
  id text collate "C" primary key,
  -- One each: what encrypts this workspace's secrets, itself encrypted by the master key that `wrapped_by` names.
  workspace_id text collate "C" not null unique references app.workspaces on delete cascade,
  wrapped bytea not null,
  wrapped_by text not null,
  created_at timestamptz not null default now()
);

create table app.secrets (
  -- The order in which they were made, for lists.
  n bigint generated always as identity,
  workspace_id text collate "C" not null references app.workspaces on delete cascade,
  name text collate "C" not null,
  key_id text collate "C" not null references app.data_keys,
  sealed bytea not null,
  -- Counts the values it has had.
  version integer not null default 1,
  -- Where a reference to it may be sent.
  hosts text[] not null default '{}',
  -- Which flows may use it; null is all of them.
  flows text[],
  created_by text collate "C" references app.users on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_used_at timestamptz,
  primary key (workspace_id, name)
);
-- The list of a workspace's secrets, newest first.
create index secrets_by_workspace on app.secrets (workspace_id, n desc);

create table app.variables (
  n bigint generated always as identity,
  workspace_id text collate "C" not null references app.workspaces on delete cascade,
  name text collate "C" not null,
  -- `json`, not `jsonb`: kept to the letter, as runs are given it.
  value json not null,
  created_by text collate "C" references app.users on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, name)
);
-- The list of a workspace's shared values, newest first.
create index variables_by_workspace on app.variables (workspace_id, n desc);
