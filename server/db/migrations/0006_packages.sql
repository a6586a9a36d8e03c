-- The npm packages that code steps of a workspace can import, each in one exact version. What is on a server's disk is a
-- copy: `lock` says to the letter what any server installs again, `integrity` is the package's own checksum.
create table app.packages (
  workspace_id text collate "C" not null references app.workspaces on delete cascade,
  name text collate "C" not null,
  version text not null,
  description text not null default '',
  license text not null default '',
  state text not null check (state in ('installing', 'ready', 'failed')),
  -- Why it failed, in words for whoever added it.
  reason text,
  integrity text,
  lock text,
  files integer,
  bytes bigint,
  log text[] not null default '{}',
  -- Which installation may still report: the last one that was asked for.
  install_id text not null,
  -- When its installation was last heard of; a server that died says nothing any more.
  heard_at timestamptz not null default now(),
  added_by text not null,
  added_at timestamptz not null default now(),
  primary key (workspace_id, name),
  check ((state = 'failed') = (reason is not null)),
  check (state <> 'ready' or (integrity is not null and lock is not null))
);
