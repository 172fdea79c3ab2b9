-- Up Migration
-- What the operator sees of members' money beside its sums (access.money): what moved `suspense`, and payouts that are not over, as the
-- main chain will show them. Whose an account is, is not among it.
create view access.suspense_entry with (security_barrier) as
  select id, journal, day, -amount_nel as amount_nel from books.posting where account = 'suspense' and (select access.is_operator());

create view access.open_payout with (security_barrier) as
  select id, account, counter, amount_nel, asked_at, state, waiting
  from books.withdrawal where state in ('asked', 'taken') and (select access.is_operator());

grant select on access.suspense_entry, access.open_payout to electra_api;

-- Down Migration
drop view access.open_payout, access.suspense_entry;
