alter table app.endpoints drop constraint endpoints_kind_check;
alter table app.endpoints add constraint endpoints_kind_check check (kind in ('webhook', 'form', 'email'));
