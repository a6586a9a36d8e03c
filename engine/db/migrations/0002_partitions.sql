-- Finished runs lie by the day they finished, journals by the day their run was made, so that a day nobody keeps any
-- longer is dropped as one. What falls on a day that has no partition goes to the table for the rest.

-- Ids sort by the time they were made (shared/ids.ts): no run made then or later comes before this.
create function engine.first_run_id(at timestamptz) returns text language sql immutable as $$
  select 'run_' || string_agg(
    substr('0123456789abcdefghjkmnpqrstvwxyz', ((ms >> (5 * (9 - place))) & 31)::int + 1, 1), '' order by place)
  from generate_series(0, 9) as place, (select floor(extract(epoch from at) * 1000)::bigint as ms) as instant
$$;

-- Makes the partitions of a day and the ones after it that are missing. Each is built beside and then attached, which
-- stops nobody who writes; one that can't be (its rows lie in the rest already, or somebody holds it up) is left out.
create function engine.keep_partitions(at timestamptz, days integer) returns void language plpgsql as $$
declare
  first_day timestamptz := date_trunc('day', at at time zone 'UTC') at time zone 'UTC';
  day timestamptz;
  parent text;
  part text;
  bounds text[];
begin
  for day in select first_day + n * interval '1 day' from generate_series(0, days - 1) as n loop
    foreach parent in array array['history', 'events'] loop
      part := parent || '_' || to_char(day at time zone 'UTC', 'YYYY_MM_DD');
      continue when to_regclass('engine.' || part) is not null;
      bounds := case parent
        when 'history' then array[day::text, (day + interval '1 day')::text]
        else array[engine.first_run_id(day), engine.first_run_id(day + interval '1 day')] end;
      begin
        perform set_config('lock_timeout', '2s', true);
        perform pg_advisory_xact_lock(hashtext('engine partitions'));
        -- Looked up in the catalog itself: names this session has asked for before may be out of date.
        continue when exists (select from pg_class where relname = part and relnamespace = 'engine'::regnamespace);
        execute format('create table engine.%I (like engine.%I including all)', part, parent);
        execute format('alter table engine.%I attach partition engine.%I for values from (%L) to (%L)',
          parent, part, bounds[1], bounds[2]);
      exception when check_violation or lock_not_available then
        raise warning 'engine.% could not be made: %', part, sqlerrm;
      end;
    end loop;
  end loop;
end
$$;

select engine.keep_partitions(now(), 3);
