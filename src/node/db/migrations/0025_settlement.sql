-- Up Migration
-- Settlement of a chain of communities (docs/exchange.md).

-- Periods of seven days that are over, each day proven or void: noted once, with the sums of its communities.
create table books.period (
  from_day int primary key,
  noted_at timestamptz not null default now()
);
create trigger period_append_only before update or delete on books.period for each row execute function books.refuse_change();

-- What a community owes for a period (negative: is owed): the sum of the bills that the chain has verified, and a name for the proof of it.
-- A sum's input and proof are of version 0, which no book has. Added to, never changed: the chain takes one such entry.
create table books.settlement (
  from_day int not null, meter text not null,
  member text not null,                    -- its treasury's address when the period was over
  amount_nel numeric(20,0) not null,
  bills numeric(78,0)[] not null check (cardinality(bills) = 7),  -- B of each day, 0 where there is none
  statement bytea not null,                -- SHA-256 of what is proven
  primary key (from_day, meter)
);
create trigger settlement_append_only before update or delete on books.settlement
  for each row execute function books.refuse_change();
create trigger settlement_never_emptied before truncate on books.settlement
  for each statement execute function books.refuse_change();

-- What of a community's net was shared with others on a released day, Wh of each slot: what its own supplier no longer bills or pays.
create table books.shared_energy (
  day int not null, meter text not null, member text not null,
  taken_wh int4[] not null check (cardinality(taken_wh) = 96),
  given_wh int4[] not null check (cardinality(given_wh) = 96),
  primary key (day, meter)
);
create trigger shared_energy_append_only before update or delete on books.shared_energy
  for each row execute function books.refuse_change();
create index on books.shared_energy (member, day);

do $$
declare t regclass;
begin
  foreach t in array array['books.period', 'books.settlement', 'books.shared_energy']::regclass[] loop
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
    execute format('create policy room on %s to electra_owner, electra_books using (true) with check (true)', t);
    execute format('grant select, insert on %s to electra_books', t);
  end loop;
end $$;
create policy own_settlements on books.settlement for select to electra_api using (member = (select access.viewer()));
create policy own_shared_energy on books.shared_energy for select to electra_api using (member = (select access.viewer()));
grant select (from_day, meter, member, amount_nel) on books.settlement to electra_api;
grant select (day, meter, member, taken_wh, given_wh) on books.shared_energy to electra_api;

-- Down Migration
delete from books.outbox where id like 'settle:%';
delete from prove.input where version = 0;
delete from prove.proof where version = 0;
drop table books.shared_energy, books.settlement, books.period;
