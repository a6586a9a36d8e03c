-- Events that anybody may wait for, and waits that any event may end. Each side commits its row as not looked yet, then
-- looks for the other in a later snapshot; whoever finds a row left unlooked finishes it. So neither misses the other.

create table engine.published (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  -- The sender's own id: the same one counts once, for seven days.
  key text collate "C",
  name text collate "C" not null,
  data text not null,
  -- Where in the data which value stands, as match-key.ts writes it: what a wait for one value looks for. With '*' there
  -- are more than are listed, and every wait has to look at it.
  values_at text[] not null,
  -- Database time, so that it is never before that of a run its sender had seen begin.
  at timestamptz not null,
  looked boolean not null default false,
  primary key (workspace_id, id)
);

create unique index published_once on engine.published (workspace_id, key) where key is not null;
comment on index engine.published_once is 'publish.ts: the same id counts once';
create index published_by_name on engine.published (workspace_id, name, at, id);
comment on index engine.published_by_name is 'find-published.ts: what came before a wait opened';
create index published_by_value on engine.published using gin (values_at);
comment on index engine.published_by_value is 'find-published.ts: the events with the one value a wait is about';
create index published_unlooked on engine.published (at) where not looked;
comment on index engine.published_unlooked is 'find-unlooked.ts: events whose sender died before it had told everybody';
create index published_by_time on engine.published (at) where looked;
comment on index engine.published_by_time is 'forget-published.ts: the oldest first';

-- What a wait for an event looks for. `match` is there when it can be judged by the event alone.
alter table engine.waits
  add column event_name text collate "C",
  add column match_path text collate "C",
  add column match_value text collate "C",
  add column match text,
  -- Nothing else decides whether an event fits.
  add column is_closed boolean,
  add column since timestamptz,
  add column looked boolean not null default true;

create index waits_for_event on engine.waits (workspace_id, event_name, match_path, match_value, run_id, path)
  where event_name is not null;
comment on index engine.waits_for_event is 'find-event-waits.ts: who waits for an event of that name with that value';
create index waits_unlooked on engine.waits (opened_at) where not looked;
comment on index engine.waits_unlooked is 'find-unlooked.ts: waits whose worker died before it had looked for earlier events';

-- An event serves one wait of a run: then its arrival is spent.
alter table engine.arrivals add column spent boolean not null default false;
