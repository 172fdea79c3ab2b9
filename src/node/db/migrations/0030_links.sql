-- Up Migration
-- Whoever asks for an account that is another's keeps nobody from it: each member's request is a row of its own, and one of them holds.
-- What was refused may be asked for again, signed anew.
alter table books.withdrawal drop constraint withdrawal_account_fkey; -- the books' role judges it by the link that holds
alter table books.account_link drop constraint account_link_pkey;
alter table books.account_link add primary key (account, member);
create unique index account_link_holds on books.account_link (account) where since_posting is not null;

create function books.keep_account_link() returns trigger language plpgsql as $$
begin
  if old.fault is null or old.since_posting is not null then
    raise exception 'the link of account % can no longer change', old.account using errcode = 'restrict_violation';
  end if;
  return old;
end $$;
drop trigger account_link_kept on books.account_link;
create trigger account_link_kept before delete on books.account_link for each row execute function books.keep_account_link();

create function books.ask_again() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from books.account_link where account = new.account and member = new.member and fault is not null;
  return new;
end $$;
revoke execute on function books.ask_again() from public;
create trigger account_link_again before insert on books.account_link for each row execute function books.ask_again();

-- A number that is asked for takes it from nobody: what is taken or paid has it.
drop index books.withdrawal_once;
create unique index withdrawal_once on books.withdrawal (account, counter) where state in ('taken', 'paid');

-- Down Migration
drop index books.withdrawal_once;
create unique index withdrawal_once on books.withdrawal (account, counter) where state <> 'refused';
drop trigger account_link_again on books.account_link;
drop trigger account_link_kept on books.account_link;
drop function books.ask_again(), books.keep_account_link();
drop index books.account_link_holds;
delete from books.account_link where since_posting is null;
create trigger account_link_kept before delete on books.account_link for each row execute function books.refuse_change();
alter table books.account_link drop constraint account_link_pkey;
alter table books.account_link add primary key (account);
alter table books.withdrawal add foreign key (account) references books.account_link;
