-- Up Migration
-- A corrected day has several versions of a meter's entry. Which of them counts is said here and nowhere else; whoever asks takes one of
-- two:
--
--   latest_entry     the newest at all, drafts included: what the meter's day is booked by. For the books' own next draft, which continues
--                    it: registers, links, days that a substitute may copy.
--   released_entry   the newest that is released: what the member was told and may be charged. For bills, invoices, the ledger, exports. A
--                    correction that is drafted, proven or even anchored is not in it: it can still be taken back, or wait.
--
-- Both run with the rights of who asks (security_invoker), so that row-level security holds behind them as before them; hence only columns
-- that the API may read too. No view here hides a version: who lists them all (a bill's history, a report) reads the tables and says so.

create view books.latest_entry with (security_invoker = true) as
  select day, version, meter, member, source, import_start_wh, export_start_wh, import_end_wh, export_end_wh, import_wh, export_wh,
         link_open, link_close
  from books.entry e
  where not exists (select from books.entry later where later.day = e.day and later.meter = e.meter and later.version > e.version);

create view books.released_entry with (security_invoker = true) as
  select e.day, e.version, e.meter, e.member, e.source, e.import_wh, e.export_wh, e.amount_nel, e.bill_blinding, d.book_hash
  from books.entry e join books.day d using (day, version)
  where d.state = 'released' and not exists (
    select from books.entry later join books.day l using (day, version)
    where later.day = e.day and later.meter = e.meter and later.version > e.version and l.state = 'released');

-- A meter's day that was booked without a valid statement and still is. The first version leads: few rows, by the index entry_not_metered.
create view books.unmetered_entry with (security_invoker = true) as
  select l.* from books.entry first join books.latest_entry l using (day, meter)
  where first.version = 1 and first.source <> 'metered' and l.source <> 'metered';

grant select on books.latest_entry, books.released_entry, books.unmetered_entry to electra_books;
grant select on books.released_entry to electra_api;

-- Down Migration
drop view books.unmetered_entry, books.released_entry, books.latest_entry;
