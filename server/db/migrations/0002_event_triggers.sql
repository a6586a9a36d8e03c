-- An event starts every flow that listens for it: those are found among all versions by this.
create index versions_listening on app.versions (flow_id, version) where triggers::text like '%"type":"event"%';
