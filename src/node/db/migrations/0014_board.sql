-- Up Migration
-- The operator's board: whose each meter is, when it last spoke, how each of its days is booked. No register, no reading, no amount: each
-- view is empty for everybody but the operator, and has no such column.
create view access.member_name with (security_barrier) as
  select address, name from books.member where (select access.is_operator());

create view access.report_time with (security_barrier) as
  select meter, slot from books.report where (select access.is_operator());

-- By the newest version of the meter's day, also while it is on its way.
create view access.meter_day with (security_barrier) as
  select e.day, e.version, e.meter, e.source, d.state
  from books.entry e join books.day d using (day, version)
  where (select access.is_operator()) and not exists (
    select from books.entry later where later.day = e.day and later.meter = e.meter and later.version > e.version);

-- Who is signed in just now: that, and not since when.
create view access.signed_in with (security_barrier) as
  select distinct address from access.session where expires_at > now() and (select access.is_operator());

grant select on access.member_name, access.report_time, access.meter_day, access.signed_in to electra_api;

-- Down Migration
drop view access.signed_in, access.meter_day, access.report_time, access.member_name;
