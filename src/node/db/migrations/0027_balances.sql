-- Up Migration
-- Members' balances in ELECTRA (docs/balance.md). In books.posting: `balance:<member>` is what a member has (negative: the community owes
-- it), `transit` what was taken off a balance and is not seen paid on the main chain yet.

-- Which account on the main chain is whose: said by a signature of each, for good. Nobody but the node knows it.
create table books.account_link (
  account text primary key check (account ~ '^electra1[0-9a-z]{38}$'),
  member text not null check (member ~ '^electra1[0-9a-z]{38}$' and member <> account),
  main_chain_id text not null,
  member_key bytea not null check (length(member_key) = 33), member_signature bytea not null check (length(member_signature) = 64),
  account_key bytea not null check (length(account_key) = 33), account_signature bytea not null check (length(account_signature) = 64),
  linked_at timestamptz not null default now(),
  -- by the books' role, when the signatures hold: bills posted from there on draw on the balance
  since_posting int8,
  registered_height int,                   -- on the main chain, by the treasury
  fault text
);
create index on books.account_link (member);

-- What a member wants paid out: its wallet's signature over account, counter and amount. One under way for each account.
create table books.withdrawal (
  id int8 generated always as identity primary key,
  account text not null references books.account_link, member text not null,
  counter int8 not null check (counter > 0),
  amount_nel numeric(20,0) not null check (amount_nel > 0 and amount_nel % 10000000000 = 0),
  public_key bytea not null check (length(public_key) = 33), signature bytea not null check (length(signature) = 64),
  asked_at timestamptz not null default now(),
  -- by the books' role: taken off the balance, paid as the main chain shows, or refused
  state text not null default 'asked' check (state in ('asked', 'taken', 'paid', 'refused')),
  waiting text,                            -- why it is not paid yet, or was refused
  done_at timestamptz,
  check ((state in ('paid', 'refused')) = (done_at is not null))
);
create unique index withdrawal_once on books.withdrawal (account, counter) where state <> 'refused';
create unique index withdrawal_one_open on books.withdrawal (member) where state in ('asked', 'taken');

-- What was signed never changes, and what is over stays over.
create function books.guard_account_link() returns trigger language plpgsql as $$
begin
  if (new.account, new.member, new.main_chain_id, new.linked_at) is distinct from
      (old.account, old.member, old.main_chain_id, old.linked_at)
    or (new.member_key, new.member_signature, new.account_key, new.account_signature) is distinct from
      (old.member_key, old.member_signature, old.account_key, old.account_signature)
    or old.since_posting is not null and new.since_posting is distinct from old.since_posting then
    raise exception 'the link of account % can no longer change', old.account using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger account_link_guard before update on books.account_link for each row execute function books.guard_account_link();
create trigger account_link_kept before delete on books.account_link for each row execute function books.refuse_change();

create function books.guard_withdrawal() returns trigger language plpgsql as $$
begin
  if (new.account, new.member, new.counter, new.amount_nel, new.public_key, new.signature, new.asked_at)
      is distinct from (old.account, old.member, old.counter, old.amount_nel, old.public_key, old.signature, old.asked_at)
    or old.done_at is not null or (old.state, new.state) in (('taken', 'asked')) then
    raise exception 'withdrawal % can no longer change', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger withdrawal_guard before update on books.withdrawal for each row execute function books.guard_withdrawal();
create trigger withdrawal_kept before delete on books.withdrawal for each row execute function books.refuse_change();

-- A balance is never overdrawn, and nothing is paid that was not taken off one.
create function books.never_overdrawn() returns trigger language plpgsql as $$
begin
  if (select sum(amount_nel) from books.posting where account = new.account) > 0 then
    raise exception 'account % would be overdrawn by journal %', new.account, new.journal using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger posting_never_overdrawn after insert on books.posting
  deferrable initially deferred for each row
  when (new.amount_nel > 0 and (new.account like 'balance:%' or new.account = 'transit'))
  execute function books.never_overdrawn();

do $$
declare t regclass;
begin
  foreach t in array array['books.account_link', 'books.withdrawal']::regclass[] loop
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
    execute format('create policy room on %s to electra_owner, electra_books using (true) with check (true)', t);
    execute format('create policy own on %s for select to electra_api using (member = (select access.viewer()))', t);
    execute format('create policy say on %s for insert to electra_api with check (member = (select access.viewer()))', t);
    execute format('grant select, insert, update on %s to electra_books', t);
  end loop;
end $$;
grant select (account, member, linked_at, since_posting, registered_height, fault) on books.account_link to electra_api;
grant select (id, account, member, counter, amount_nel, asked_at, state, waiting, done_at) on books.withdrawal to electra_api;
grant insert (account, member, main_chain_id, member_key, member_signature, account_key, account_signature)
  on books.account_link to electra_api;
grant insert (account, member, counter, amount_nel, public_key, signature) on books.withdrawal to electra_api;
create policy own_balance on books.posting for select to electra_api using (account = 'balance:' || (select access.viewer()));

-- What the community as a whole has, for the operator: sums alone, of no member. Empty for everybody else.
create function access.money() returns table (balances_nel numeric, transit_nel numeric, treasury_nel numeric, suspense_nel numeric)
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(-sum(amount_nel) filter (where account like 'balance:%'), 0),
    coalesce(-sum(amount_nel) filter (where account = 'transit'), 0),
    coalesce(sum(amount_nel) filter (where account = 'treasury'), 0), coalesce(-sum(amount_nel) filter (where account = 'suspense'), 0)
  from books.posting where (select access.is_operator()) having (select access.is_operator())
$$;
revoke execute on function access.money() from public;
grant execute on function access.money() to electra_api;

-- Down Migration
drop function access.money();
drop policy own_balance on books.posting;
drop trigger posting_never_overdrawn on books.posting;
drop table books.withdrawal, books.account_link;
drop function books.never_overdrawn(), books.guard_withdrawal(), books.guard_account_link();
