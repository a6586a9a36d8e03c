-- How often in a row whoever looked went down before the look had an end.
alter table engine.polls add column crashes integer not null default 0;
