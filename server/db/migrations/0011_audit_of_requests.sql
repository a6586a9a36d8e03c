-- To which runs a request was sent through by hand is what the audit log says of it.
create index audit_log_of_requests on app.audit_log (target, id desc) where action = 'request.sent';
comment on index app.audit_log_of_requests is 'list-sent-runs.ts: to which runs a request was sent through';
