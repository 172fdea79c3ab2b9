-- Up Migration
-- The exchange node (docs/exchange.md): books of a chain whose members are communities.
--   void           too few had stated the day at its freeze: it has no book, and the days after it pass over it
alter table books.day drop constraint day_blocked_by_check;
alter table books.day add constraint day_blocked_by_check check (blocked_by in ('self-audit', 'foreign-anchor', 'void'));

-- Days that were void at their freeze, for whoever asks which books are missing or late. No more than that.
create view access.void_day with (security_barrier) as select day from books.day where version = 1 and blocked_by = 'void';
grant select on access.void_day to electra_api, electra_books;

-- Whether the members of the chain are communities. Bound late, as the tables of schema chain are made by the indexer; null before there
-- is a genesis.
create function access.is_shared() returns boolean
language plpgsql stable set search_path = pg_catalog as $$
begin
  if to_regclass('chain.genesis') is null then return null; end if;
  return (select genesis #>> '{app_state,meter,params,rule}' is not null from chain.genesis);
end $$;

-- Proofs of its circuits.
alter table prove.input drop constraint input_circuit_check;
alter table prove.input add constraint input_circuit_check
  check (circuit in ('day-bill', 'clearing', 'substitute', 'clearing-shared', 'bill-sum'));

-- Down Migration
delete from prove.input where circuit in ('clearing-shared', 'bill-sum');
alter table prove.input drop constraint input_circuit_check;
alter table prove.input add constraint input_circuit_check check (circuit in ('day-bill', 'clearing', 'substitute'));
drop function access.is_shared();
drop view access.void_day;
alter table books.day drop constraint day_blocked_by_check;
update books.day set blocked_by = null where blocked_by = 'void';
alter table books.day add constraint day_blocked_by_check check (blocked_by in ('self-audit', 'foreign-anchor'));
