-- Up Migration
-- A payout is asked of one treasury on one main chain: the chain counts payouts for each. Journals that follow a main chain name it, and a
-- link of an account holds on one: a community may join another later, whose blocks, weeks and numbers begin anew.
alter table books.withdrawal add column main_chain_id text, add column treasury text check (treasury ~ '^electra1[0-9a-z]{38}$');
grant select (main_chain_id, treasury), insert (main_chain_id, treasury) on books.withdrawal to electra_api;
drop policy say on books.withdrawal;
create policy say on books.withdrawal for insert to electra_api
  with check (member = (select access.viewer()) and main_chain_id is not null and treasury is not null);
drop index books.withdrawal_once;
create unique index withdrawal_once on books.withdrawal (main_chain_id, treasury, account, counter) where state in ('taken', 'paid');

create or replace function books.guard_withdrawal() returns trigger language plpgsql as $$
begin
  if (new.account, new.member, new.counter, new.amount_nel, new.public_key, new.signature, new.asked_at, new.main_chain_id, new.treasury)
      is distinct from
      (old.account, old.member, old.counter, old.amount_nel, old.public_key, old.signature, old.asked_at, old.main_chain_id, old.treasury)
    or old.done_at is not null or (old.state, new.state) in (('taken', 'asked')) then
    raise exception 'withdrawal % can no longer change', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

grant select (main_chain_id) on books.account_link to electra_api;
alter table books.account_link drop constraint account_link_pkey;
alter table books.account_link add primary key (account, member, main_chain_id);
drop index books.account_link_holds;
create unique index account_link_holds on books.account_link (account, main_chain_id) where since_posting is not null;
create or replace function books.ask_again() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from books.account_link
  where account = new.account and member = new.member and main_chain_id = new.main_chain_id and fault is not null;
  return new;
end $$;

-- What is posted already: of the main chain on which the community shared its newest day up to then, else its first one. Where it has
-- shared none, nothing but `treasury:<height>` is there, which stays as it is and counts in no other name. Nobody could ask for payouts.
-- A deposit with no main chain to name would be posted again, as that of the chain it is on: such books are left as they are.
create function pg_temp.main_chain_at(day int) returns text language sql stable as $$
  select replace(replace(coalesce(
    (select main_chain_id from books.uplink_day u where u.day <= $1 order by u.day desc limit 1),
    (select main_chain_id from books.uplink_day u order by u.day limit 1)), '%', '%25'), ':', '%3A')
$$;
do $$
declare
  unnamed text;
begin
  select min(journal) into unnamed from books.posting where journal ~ '^deposit:[^:]+:\d+$' and pg_temp.main_chain_at(day) is null;
  if unnamed is not null then
    raise exception 'journal % is of no known main chain: nothing was shared, so it cannot be told which', unnamed;
  end if;
end $$;
alter table books.posting disable trigger posting_append_only;
update books.posting set journal = regexp_replace(journal, '^settlement:', 'settlement:' || pg_temp.main_chain_at(day + 6) || ':')
where journal ~ '^settlement:\d+$' and pg_temp.main_chain_at(day + 6) is not null;
update books.posting set journal = regexp_replace(journal, '^([a-z]+):', '\1:' || pg_temp.main_chain_at(day) || ':')
where (journal ~ '^treasury:\d+(:\d+)?$' or journal ~ '^deposit:[^:]+:\d+$') and pg_temp.main_chain_at(day) is not null;
alter table books.posting enable trigger posting_append_only;

-- Down Migration
alter table books.posting disable trigger posting_append_only;
update books.posting set journal = regexp_replace(journal, '^([a-z]+):[^:]+:', '\1:')
where journal ~ '^settlement:[^:]+:\d+$' and account in ('treasury', 'fund')
  or journal ~ '^treasury:[^:]+:\d+' and journal !~ '^treasury:\d+:\d+$' or journal ~ '^deposit:[^:]+:[^:]+:\d+$';
alter table books.posting enable trigger posting_append_only;
create or replace function books.ask_again() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from books.account_link where account = new.account and member = new.member and fault is not null;
  return new;
end $$;
revoke select (main_chain_id) on books.account_link from electra_api;
drop index books.account_link_holds;
create unique index account_link_holds on books.account_link (account) where since_posting is not null;
alter table books.account_link drop constraint account_link_pkey;
alter table books.account_link add primary key (account, member);
create or replace function books.guard_withdrawal() returns trigger language plpgsql as $$
begin
  if (new.account, new.member, new.counter, new.amount_nel, new.public_key, new.signature, new.asked_at)
      is distinct from (old.account, old.member, old.counter, old.amount_nel, old.public_key, old.signature, old.asked_at)
    or old.done_at is not null or (old.state, new.state) in (('taken', 'asked')) then
    raise exception 'withdrawal % can no longer change', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
drop index books.withdrawal_once;
drop policy say on books.withdrawal;
create policy say on books.withdrawal for insert to electra_api with check (member = (select access.viewer()));
alter table books.withdrawal drop column main_chain_id, drop column treasury;
create unique index withdrawal_once on books.withdrawal (account, counter) where state in ('taken', 'paid');
