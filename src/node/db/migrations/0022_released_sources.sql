-- Up Migration
-- What a released day of a meter was billed by, as the public books have it: which days belong to a bundle depends on it, and anybody is
-- given bundles. Nothing else of an entry, hence without the rows' own rules.
create view books.released_source with (security_barrier) as
  select e.day, e.version, e.meter, e.source
  from books.entry e join books.day d using (day, version)
  where d.state = 'released' and not exists (
    select from books.entry later join books.day l using (day, version)
    where later.day = e.day and later.meter = e.meter and later.version > e.version and l.state = 'released');
grant select on books.released_source to electra_books, electra_api;

-- Down Migration
drop view books.released_source;
