-- Up Migration
-- What an address wants to be told of on its pages. There is no row, and nothing is told, before it chooses; who chooses nothing is
-- forgotten again. News themselves are kept nowhere: they are what the books and the chain say since a moment.

create table access.notice (
  address text primary key check (address ~ '^electra1[0-9a-z]{38}$'),
  kinds   text[] not null check (cardinality(kinds) > 0 and kinds <@ array['BILL', 'CORRECTION', 'INVOICE', 'SILENT', 'PASSKEY', 'DAY']),
  since   timestamptz not null default now()  -- news from then on have not been seen
);

alter table access.notice enable row level security;
create policy own on access.notice to electra_api using (address = (select access.viewer()))
  with check (address = (select access.viewer()));
grant select, delete on access.notice to electra_api;
grant insert (address, kinds), update (kinds, since) on access.notice to electra_api;

-- The keys that a genesis takes proofs by: pages say of a demonstration that it is one. Bound late, like access.tick().
create function access.genesis_keys() returns jsonb
language plpgsql stable set search_path = pg_catalog as $$
begin
  if to_regclass('chain.genesis') is null then return null; end if;
  return (select genesis #> '{app_state,meter,verification_keys}' from chain.genesis);
end $$;

-- Down Migration
drop function access.genesis_keys();
drop table access.notice;
