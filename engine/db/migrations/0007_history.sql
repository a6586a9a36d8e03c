-- A history that is as fast with a million finished runs as with none, and that is forgotten day by day.

-- What belongs to a run lies by the day the run was made, so that a forgotten day is dropped as one, whatever table it
-- is in. What is there already becomes the table for the rest: nothing is copied.
do $$
declare
  one record;
begin
  for one in select * from (values ('payloads', 'run_id'), ('logs', 'run_id'), ('metrics', 'run_id'),
    ('state_changes', 'run_id'), ('requests', 'id')) as t(name, key) loop
    execute format('alter table engine.%I rename to %I', one.name, one.name || '_rest');
    execute format('alter index engine.%I rename to %I', one.name || '_pkey', one.name || '_rest_pkey');
  end loop;
  alter index engine.requests_by_flow rename to requests_rest_by_flow;
  for one in select * from (values ('payloads', 'run_id'), ('logs', 'run_id'), ('metrics', 'run_id'),
    ('state_changes', 'run_id'), ('requests', 'id')) as t(name, key) loop
    execute format('create table engine.%I (like engine.%I including defaults including constraints) partition by range (%I)',
      one.name, one.name || '_rest', one.key);
  end loop;
end
$$;
alter table engine.payloads add primary key (workspace_id, run_id, seq);
alter table engine.logs add primary key (workspace_id, run_id, seq, n);
alter table engine.metrics add primary key (workspace_id, run_id, seq, n);
alter table engine.state_changes add primary key (workspace_id, run_id, path, call, key);
alter table engine.requests add primary key (workspace_id, id);
create index requests_by_flow on engine.requests (workspace_id, flow_id, id);
comment on index engine.requests_by_flow is 'the requests of one flow, newest first; keep-request.ts caps the rejected';
alter table engine.payloads attach partition engine.payloads_rest default;
alter table engine.logs attach partition engine.logs_rest default;
alter table engine.metrics attach partition engine.metrics_rest default;
alter table engine.state_changes attach partition engine.state_changes_rest default;
alter table engine.requests attach partition engine.requests_rest default;

-- The words of runs: of their subject and of the beginning of what started them.
create table engine.run_words (
  workspace_id text collate "C" not null,
  run_id text collate "C" not null,
  words tsvector not null,
  primary key (workspace_id, run_id)
) partition by range (run_id);
create table engine.run_words_rest partition of engine.run_words default;
create index run_words_find on engine.run_words using gin (words);
comment on index engine.run_words_find is 'list-runs.ts: runs in which words occur';

-- Runs with these words, newest first, of those whose ids lie in between. How often a word occurs that there are no
-- statistics of is a guess; this says that the index is to be asked, whatever the guess.
create function engine.find_words(workspace text, query tsquery, since text, before text, most integer)
returns setof text language plpgsql stable set enable_seqscan = off set enable_indexscan = off as $$
begin
  return query
    with found as materialized (
      select w.workspace_id, w.run_id from engine.run_words w
      where w.words @@ query and (since is null or w.run_id >= since) and (before is null or w.run_id < before))
    select f.run_id from found f where f.workspace_id = workspace order by f.run_id desc limit most;
end
$$;

-- In order of the id, and every other condition checked in the index: a page is read without a look at other rows.
drop index engine.history_by_flow;
create index history_by_flow on engine.history (workspace_id, flow_id, id, status, version, trigger_id);
comment on index engine.history_by_flow is 'list-runs.ts: the runs of one flow, newest first, by status, version and trigger too';
drop index engine.history_unsuccessful;
create index history_unsuccessful on engine.history (workspace_id, status, id, flow_id) where status <> 'succeeded';
comment on index engine.history_unsuccessful is 'list-runs.ts: failed and cancelled runs among many that succeeded';
create index history_by_starter on engine.history (workspace_id, started_by, id) where started_by is not null;
comment on index engine.history_by_starter is 'list-runs.ts: somebody''s own runs';
create index once_keys_by_time on engine.once_keys ((coalesce(done_at, claimed_at)));
comment on index engine.once_keys_by_time is 'forget-once-keys.ts: what was done, or left undone, long ago';

-- Who did a chore last: one process does it for all.
create table engine.chores (
  name text collate "C" primary key,
  done_at timestamptz not null
);

-- Ids sort by the time they were made (shared/ids.ts): none made then or later comes before this.
create function engine.first_id(prefix text, at timestamptz) returns text language sql immutable as $$
  select prefix || '_' || string_agg(
    substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms >> (5 * (9 - place))) & 31)::int + 1, 1), '' order by place)
  from generate_series(0, 9) as place, (select floor(extract(epoch from at) * 1000)::bigint as ms) as instant
$$;

-- The tables that lie by days. `key` is null where the day is that of the end of the run.
create function engine.day_tables() returns table (name text, key text) language sql immutable as $$
  values ('history', null), ('events', 'run'), ('payloads', 'run'), ('logs', 'run'), ('metrics', 'run'),
    ('state_changes', 'run'), ('run_words', 'run'), ('requests', 'req')
$$;

-- Makes the partitions of a day and the ones after it that are missing. Each is built beside and then attached, which
-- stops nobody who writes; one that can't be (its rows lie in the rest already, or somebody holds it up) is left out.
create or replace function engine.keep_partitions(at timestamptz, days integer) returns void language plpgsql as $$
declare
  first_day timestamptz := date_trunc('day', at at time zone 'UTC') at time zone 'UTC';
  day timestamptz;
  parent record;
  part text;
  bounds text[];
begin
  for day in select first_day + n * interval '1 day' from generate_series(0, days - 1) as n loop
    for parent in select * from engine.day_tables() loop
      part := parent.name || '_' || to_char(day at time zone 'UTC', 'YYYY_MM_DD');
      continue when to_regclass('engine.' || part) is not null;
      bounds := case when parent.key is null then array[day::text, (day + interval '1 day')::text]
        else array[engine.first_id(parent.key, day), engine.first_id(parent.key, day + interval '1 day')] end;
      begin
        perform set_config('lock_timeout', '2s', true);
        perform pg_advisory_xact_lock(hashtext('engine partitions'));
        -- Looked up in the catalog itself: names this session has asked for before may be out of date.
        continue when exists (select from pg_class where relname = part and relnamespace = 'engine'::regnamespace);
        execute format('create table engine.%I (like engine.%I including all)', part, parent.name);
        execute format('alter table engine.%I attach partition engine.%I for values from (%L) to (%L)',
          parent.name, part, bounds[1], bounds[2]);
      exception when check_violation or lock_not_available then
        raise warning 'engine.% could not be made: %', part, sqlerrm;
      end;
    end loop;
  end loop;
end
$$;

-- Drops the partition of a day; gives false when there is none or somebody holds it up for now.
create function engine.drop_day(parent text, day timestamptz) returns boolean language plpgsql as $$
declare
  part text := parent || '_' || to_char(day at time zone 'UTC', 'YYYY_MM_DD');
begin
  if not exists (select from pg_inherits where inhparent = ('engine.' || parent)::regclass
    and inhrelid = to_regclass('engine.' || part)) then
    return false;
  end if;
  -- Everybody else waits behind a lock that is waited for.
  perform set_config('lock_timeout', '500ms', true);
  execute format('drop table engine.%I', part);
  return true;
exception when lock_not_available then
  return false;
end
$$;

select engine.keep_partitions(now(), 3);
drop function engine.first_run_id(timestamptz);
