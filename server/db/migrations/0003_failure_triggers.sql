-- A failed run starts every flow that listens for that: those are found among all versions by this.
create index versions_on_failure on app.versions (flow_id, version) where triggers::text like '%"type":"flowFailed"%';
