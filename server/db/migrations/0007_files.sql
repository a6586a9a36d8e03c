-- Files that came with forms. What a run has in its data is their name and id; they go when the request they came with does.
create table app.files (
  id text collate "C" primary key,
  workspace_id text collate "C" not null references app.workspaces on delete cascade,
  flow_id text collate "C" not null references app.flows on delete cascade,
  request_id text collate "C" not null,
  name text not null,
  type text not null,
  size integer not null,
  content bytea not null,
  created_at timestamptz not null default now()
);
-- Deleting a flow takes its files along.
create index files_by_flow on app.files (flow_id);
