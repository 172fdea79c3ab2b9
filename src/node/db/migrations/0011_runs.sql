-- Up Migration
-- Where runs of days without a valid statement lie (protocol §9.3): such days and their neighbours, by the newest released version, with
-- the links, which are in the public book. Of everybody for the operator, of own meters for a member. 400 days: what is older is judged.
create view access.run_day with (security_barrier) as
  with released as (
    select e.day, e.version, e.meter, e.member, e.source, e.link_open, e.link_close
    from books.entry e join books.day d using (day, version)
    where d.state = 'released' and not exists (
      select from books.entry later join books.day l using (day, version)
      where later.day = e.day and later.meter = e.meter and later.version > e.version and l.state = 'released'))
  select r.day, r.version, r.meter, r.source, r.link_open, r.link_close
  from released r
  where ((select access.is_operator()) or r.member = (select access.viewer()))
    and r.day > (select max(day) from books.day) - 400
    and exists (select from books.entry u where u.version = 1 and u.source <> 'metered' and u.meter = r.meter
      and u.day between r.day - 1 and r.day + 1);
grant select on access.run_day to electra_api;

-- Down Migration
drop view access.run_day;
