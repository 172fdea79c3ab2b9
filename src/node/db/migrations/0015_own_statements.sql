-- Up Migration
-- A meter's owner is given its statements whole, with the blindings of them: what the meter's own export holds, and what the check of a
-- bill needs (docs/privacy.md). Rows are limited as before, by the policy own_meters. The blindings of books.entry, which the node draws
-- for days without a statement, stay with the books.
grant select (blinding) on books.statement to electra_api;

-- An address sees its sessions and ends them one by one. What names a session here is no secret and no hash of one.
alter table access.session
  add column id uuid not null unique default gen_random_uuid(),
  add column way text not null default 'wallet' check (way in ('wallet', 'page', 'passkey', 'invite')),
  add column last_used_at timestamptz not null default now();
grant update (last_used_at) on access.session to electra_api;

-- That a session is used is written down outside of its requests' transactions, most of which only read.
create function access.touch(token bytea) returns void language sql set search_path = pg_catalog
  as $$ update access.session set last_used_at = now() where token_hash = token $$;

-- Down Migration
drop function access.touch(bytea);
revoke update (last_used_at) on access.session from electra_api;
alter table access.session drop column id, drop column way, drop column last_used_at;
revoke select (blinding) on books.statement from electra_api;
