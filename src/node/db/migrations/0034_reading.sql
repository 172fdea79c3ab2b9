-- Up Migration
-- Up to which block of a main chain what moved to and from the treasury is posted, for all accounts whose moves are read: a round reads on
-- from there. `treasuries`: who was one when, as it was read; where that is another now, all is read again.
create table books.main_reading (
  main_chain_id text primary key, height int not null check (height >= 0), treasuries text not null
);
alter table books.main_reading enable row level security, force row level security;
create policy room on books.main_reading to electra_owner, electra_books using (true) with check (true);
grant select, insert, update on books.main_reading to electra_books;
-- Of an account that is linked later all is read, from the chain's beginning.
alter table books.account_link add column moves_read boolean not null default false;

-- Down Migration
alter table books.account_link drop column moves_read;
drop table books.main_reading;
