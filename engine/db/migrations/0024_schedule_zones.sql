-- Which edition of the world's time zones a schedule's next time was worked out with: another edition may mean another time.
alter table engine.schedules add column zones text not null default '';
