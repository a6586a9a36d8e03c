-- Kept requests of a flow that are being sent through: how many a second, and when the next one may go. One row a flow,
-- so that however many servers look after it, they keep to one rate.
create table app.request_drains (
  flow_id text collate "C" primary key references app.flows on delete cascade,
  rate_per_second float8 not null check (rate_per_second > 0),
  total integer not null,
  next_at timestamptz not null default now(),
  asked_by text not null,
  asked_at timestamptz not null default now(),
  finished_at timestamptz
);
