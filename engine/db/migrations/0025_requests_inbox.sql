-- A request that started nothing has no run by whose words it is found: it carries its own, its flow's id among them.
-- Of requests with a run the column is empty, so what is accepted while a flow is live writes nothing more.
alter table engine.requests add column words tsvector;
create index requests_find on engine.requests using gin (words) where words is not null;
comment on index engine.requests_find is 'search-requests.ts: requests without a run in which words occur';

-- Somebody asked for it to be sent through.
alter table engine.requests add column sending boolean not null default false;
drop index engine.requests_while_paused;
create index requests_to_send on engine.requests (workspace_id, flow_id, received_at, id)
  where state = 'kept' and (reason = 'paused' or sending);
comment on index engine.requests_to_send is 'list-kept.ts: what waits to be sent through, in the order it came';

create index requests_not_started on engine.requests (workspace_id, flow_id, state, id) where state <> 'started';
comment on index engine.requests_not_started is 'list-requests.ts, keep-request.ts: kept or rejected requests of one flow, newest first';
