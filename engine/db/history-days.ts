import type { Database } from './database.ts'

/** Days of a table that were over before that time and have a partition of their own, oldest first. */
export async function listDays(database: Database, table: string, beforeMs: number): Promise<string[]> {
  const rows = await database.read<{ day: string }>(
    `select to_char(day, 'YYYY-MM-DD"T"00:00:00"Z"') as day
     from pg_inherits i join pg_class c on c.oid = i.inhrelid,
       lateral (select to_date(substr(c.relname, length($1) + 2), 'YYYY_MM_DD') as day) as named
     where i.inhparent = ('engine.' || $1)::regclass and c.relname ~ ('^' || $1 || '_\\d{4}_\\d{2}_\\d{2}$')
       and (day + 1)::timestamp at time zone 'UTC' <= to_timestamp($2::float8 / 1000)
     order by day`,
    [table, beforeMs],
  )
  return rows.map(({ day }) => day)
}

/**
 * Days on which runs that ended on `day` were made and that stay when it goes, because there are runs of these days
 * that are unfinished or are kept, or because they have no partition of their own.
 */
export async function findBlockedDays(database: Database, day: string, beforeMs: number): Promise<string[]> {
  const rows = await database.read<{ day: string }>(
    `select to_char(d.day, 'YYYY-MM-DD"T"00:00:00"Z"') as day
     from (
       select distinct date_trunc('day', created_at at time zone 'UTC') as day from engine.history
       where finished_at >= $1::timestamptz and finished_at < $1::timestamptz + interval '1 day') as d,
       lateral (select engine.first_id('run', d.day at time zone 'UTC') as first_id,
         engine.first_id('run', (d.day + interval '1 day') at time zone 'UTC') as next_id) as ids
     where to_regclass('engine.events_' || to_char(d.day, 'YYYY_MM_DD')) is null
       or exists (select from engine.runs where id >= first_id and id < next_id)
       or exists (select from engine.history
         where id >= first_id and id < next_id and finished_at >= to_timestamp($2::float8 / 1000))`,
    [day, beforeMs],
  )
  return rows.map((row) => row.day)
}

/** Forgets what runs that ended on that day had waited for: failed ones keep it as long as they can be tried again. */
export async function forgetWaitsOfDay(database: Database, day: string): Promise<void> {
  await database.write(
    `with old as materialized (
       select workspace_id, id from engine.history
       where finished_at >= $1::timestamptz and finished_at < $1::timestamptz + interval '1 day'),
     arrivals as (
       delete from engine.arrivals a using old where a.workspace_id = old.workspace_id and a.run_id = old.id)
     delete from engine.waits w using old where w.workspace_id = old.workspace_id and w.run_id = old.id`,
    [day],
  )
}

/** Days, of the tables that lie by the day a run was made, of which no run is left, oldest first. */
export async function listFreeDays(database: Database, beforeMs: number): Promise<{ table: string; day: string }[]> {
  return database.read<{ table: string; day: string }>(
    `select t.name as table, to_char(day, 'YYYY-MM-DD"T"00:00:00"Z"') as day
     from engine.day_tables() t
     join pg_inherits i on i.inhparent = ('engine.' || t.name)::regclass
     join pg_class c on c.oid = i.inhrelid and c.relname ~ ('^' || t.name || '_\\d{4}_\\d{2}_\\d{2}$'),
       lateral (select to_date(substr(c.relname, length(t.name) + 2), 'YYYY_MM_DD')::timestamp as day) as named,
       lateral (select engine.first_id('run', day at time zone 'UTC') as first_id,
         -- A run may have begun in the day after its request came.
         engine.first_id('run', (day + case t.key when 'req' then interval '2 days' else interval '1 day' end)
           at time zone 'UTC') as next_id) as ids
     where t.key is not null and (day + interval '1 day') at time zone 'UTC' <= to_timestamp($1::float8 / 1000)
       and not exists (select from engine.runs where id >= first_id and id < next_id)
       and not exists (select from engine.history where id >= first_id and id < next_id)
     order by day, t.name`,
    [beforeMs],
  )
}

/** Drops the partition of a day. False when there is none, or it is held up: it is dropped the next time then. */
export async function dropDay(database: Database, table: string, day: string): Promise<boolean> {
  const [row] = await database.write<{ dropped: boolean }>('select engine.drop_day($1, $2::timestamptz) as dropped', [table, day])
  return row?.dropped ?? false
}
