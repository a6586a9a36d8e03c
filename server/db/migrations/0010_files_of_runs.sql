-- Files that steps of a run made or got: they go when their run does.
alter table app.files alter column request_id drop not null;
alter table app.files add column run_id text collate "C";
alter table app.files add constraint files_belong check (num_nonnulls(request_id, run_id) = 1);
