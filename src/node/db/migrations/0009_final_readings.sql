-- Up Migration
-- Registers at the end of a retired meter's last day, as the operator read them, with what opens the commitment to them (protocol §9.3).
-- Of several of a meter the one counts whose commitment the chain holds. The blinding is that of the midnight (books.link), so that L1 of
-- the last day can be the same commitment; the member is told it, as it is told what opens a bill.
create table books.final_reading (
  meter text not null, link bytea not null check (length(link) = 32),
  day int not null,                        -- the last one of service
  import_wh int8 not null, export_wh int8 not null,
  blinding numeric(78,0) not null,         -- u
  read_at timestamptz not null default now(),
  primary key (meter, link)
);
create trigger final_reading_append_only before update or delete on books.final_reading for each row execute function books.refuse_change();

alter table books.final_reading enable row level security;
alter table books.final_reading force row level security;
create policy room on books.final_reading to electra_owner, electra_books using (true) with check (true);
create policy own_meters on books.final_reading for select to electra_api using (meter = any ((select access.viewer_meters())::text[]));
grant select, insert on books.final_reading to electra_books;
grant select (meter, link, day, import_wh, export_wh, blinding) on books.final_reading to electra_api;

-- Down Migration
drop table books.final_reading;
