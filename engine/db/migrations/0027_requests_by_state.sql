-- A page of one state is read from an index, also where it is rare among a million others. It takes the place of the two
-- that were there, so what is accepted writes no more indexes than before; a page of all states is put together of three.
create index requests_by_state on engine.requests (workspace_id, flow_id, state, id);
comment on index engine.requests_by_state is
  'list-requests.ts, search-requests.ts, keep-request.ts, mark-requests.ts, forget-requests.ts: requests of one flow in one state, newest first';
drop index engine.requests_by_flow;
drop index engine.requests_not_started;
