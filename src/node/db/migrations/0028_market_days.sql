-- Up Migration
-- The market of the main chain, on a node of a community that shares there (docs/uplink.md): of each of its days that the chain has proven
-- the prices, from the book by its anchored hash, and what of this community's own net was shared, where it took part.
create table books.market_day (
  day int primary key,
  main_chain_id text not null,
  shared_nel_per_wh int4[] not null check (cardinality(shared_nel_per_wh) = 96),
  buy_nel_per_wh int4[] not null check (cardinality(buy_nel_per_wh) = 96),
  sell_nel_per_wh int4[] not null check (cardinality(sell_nel_per_wh) = 96),
  taken_wh int4[] check (cardinality(taken_wh) = 96),
  given_wh int4[] check (cardinality(given_wh) = 96),
  amount_nel numeric(20,0),                -- owed for the day, fee included (negative: is owed)
  noted_at timestamptz not null default now(),
  check ((taken_wh is null) = (given_wh is null) and (taken_wh is null) = (amount_nel is null))
);
create trigger market_day_append_only before update or delete on books.market_day for each row execute function books.refuse_change();

alter table books.market_day enable row level security;
alter table books.market_day force row level security;
create policy room on books.market_day to electra_owner, electra_books using (true) with check (true);
create policy prices on books.market_day for select to electra_api using (true);
grant select, insert on books.market_day to electra_books;
grant select (day, main_chain_id, shared_nel_per_wh, buy_nel_per_wh, sell_nel_per_wh) on books.market_day to electra_api;

-- The community's own part: for its operator.
create view access.market_share with (security_barrier) as
  select day, main_chain_id, taken_wh, given_wh, amount_nel from books.market_day
  where amount_nel is not null and (select access.is_operator());
grant select on access.market_share to electra_api;

-- Down Migration
drop view access.market_share;
drop table books.market_day;
