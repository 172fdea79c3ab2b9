-- Up Migration
-- Signed invoices, one per member, month and revision: exact text, added to and never changed. A correction of a past month is a revision of its own.
create table books.invoice (
  member    text not null,
  month     text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  revision  int not null check (revision >= 1),
  invoice   text not null,                 -- electra/signed-invoice/v1, canonical JSON, exact bytes
  total_nel numeric(30,0) not null,
  issued_at timestamptz not null default now(),
  primary key (member, month, revision)
);
create trigger invoice_append_only before update or delete on books.invoice for each row execute function books.refuse_change();
create trigger invoice_never_emptied before truncate on books.invoice for each statement execute function books.refuse_change();

alter table books.invoice enable row level security;
alter table books.invoice force row level security;
create policy room on books.invoice to electra_owner, electra_books using (true) with check (true);
create policy own_invoices on books.invoice for select to electra_api using (member = (select access.viewer()));
grant select, insert on books.invoice to electra_books;
grant select (member, month, revision, invoice, total_nel, issued_at) on books.invoice to electra_api;

-- Down Migration
drop table books.invoice;
