-- What a step counted before it ended once more. By a function for the reason given in 0011_journal_ends.sql.
create function engine.forget_counts(workspace text, run text, step text, before integer) returns boolean language plpgsql as $$
begin
  delete from engine.metrics where workspace_id = workspace and run_id = run and path = step and seq < before;
  return true;
end
$$;
