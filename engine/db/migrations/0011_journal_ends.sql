-- What a statement that locks runs has to know of their journals. By functions, because PostgreSQL 18 can fall over its
-- own partitions when a locked row was changed meanwhile and the same statement looks into a partitioned table.
create function engine.last_seq(workspace text, run text) returns integer language plpgsql as $$
begin
  return (select max(seq) from engine.events where workspace_id = workspace and run_id = run);
end
$$;

-- The step of another run that waits for the end of this one.
create function engine.awaiting_step(workspace text, run text) returns text language plpgsql as $$
begin
  return (
    select data::json -> 'origin' ->> 'path' from engine.events
    where workspace_id = workspace and run_id = run and seq = 0 and data::json -> 'origin' ->> 'isAwaited' = 'true');
end
$$;
