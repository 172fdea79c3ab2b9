-- Up Migration
-- What may become of a day on the main chain: `other` is where that has a statement of it that this database does not know.
alter table books.uplink_day drop constraint uplink_day_fate_check;
alter table books.uplink_day add constraint uplink_day_fate_check check (fate in ('stated', 'missed', 'other'));

-- How far shared days are, for whoever watches their time: no net, no secret.
create view access.uplink_day as select day, fate from books.uplink_day;
grant select on access.uplink_day to electra_api, electra_books;

-- Time after a day's end in which its statements may come; null before the index has begun.
create function access.grace_s() returns int8
language plpgsql stable set search_path = pg_catalog as $$
begin
  if to_regclass('chain.genesis') is null then return null; end if;
  return (select (genesis #>> '{app_state,meter,params,grace_s}')::int8 from chain.genesis);
end $$;

-- Down Migration
drop function access.grace_s();
drop view access.uplink_day;
update books.uplink_day set fate = 'missed' where fate = 'other';
alter table books.uplink_day drop constraint uplink_day_fate_check;
alter table books.uplink_day add constraint uplink_day_fate_check check (fate in ('stated', 'missed'));
