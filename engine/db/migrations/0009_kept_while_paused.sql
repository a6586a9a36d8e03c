-- What came in while its flow was paused is sent through once it goes on: found without reading the whole inbox.
create index requests_while_paused on engine.requests (workspace_id, flow_id, received_at, id)
  where state = 'kept' and reason = 'paused';
comment on index engine.requests_while_paused is 'list-kept.ts: what waits for its flow to go on, in the order it came';
