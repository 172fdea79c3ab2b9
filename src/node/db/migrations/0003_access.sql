-- Up Migration
-- Who may read what through the API (docs/api.md has the table of roles). The API runs as electra_api and says in each transaction for whom it
-- reads: set_config('electra.viewer', address, true), by access.enter() from a session token. Every rule below hangs on that one setting; where it
-- is missing, nothing private is seen. The API's own queries name the viewer a second time: two
-- locks on one door, against a mistake in either. Not against whoever runs code of their own in the API's process: it may set that setting.
--
-- Rows are limited by policies, columns by grants: no grant ever names mask_k, mask_v, blinding, totals, mask_sum or the blinding of a link.
-- What the operator needs comes through views that have no private column at all.

-- Sign-in. A challenge is signed by the service (HMAC), not stored: asking for one costs the database nothing. Only used nonces are kept.
create table access.setting (
  only_row boolean primary key default true check (only_row),
  challenge_key bytea not null check (length(challenge_key) = 32)
);
insert into access.setting (challenge_key)
  select sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) from generate_series(1, 4);

create table access.nonce (
  nonce      bytea primary key check (length(nonce) = 24),
  address    text not null,
  expires_at timestamptz not null
);
create index on access.nonce (expires_at);

create table access.session (
  token_hash bytea primary key check (length(token_hash) = 32),   -- SHA-256 of the 32 random bytes that the client holds
  address    text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on access.session (address, created_at);
create index on access.session (expires_at);

create table access.auditor (
  address  text primary key check (address ~ '^electra1[0-9a-z]{38}$'),
  added_at timestamptz not null default now()
);

grant select on access.setting, access.auditor to electra_api;
grant select, insert, delete on access.nonce, access.session to electra_api;

-- Who is asking. The tables of schema chain are made by the indexer at its first start, hence the late binding by plpgsql.
create function access.viewer() returns text language sql stable
  as $$ select nullif(pg_catalog.current_setting('electra.viewer', true), '') $$;

create function access.viewer_meters() returns text[] language plpgsql stable set search_path = pg_catalog as $$
begin
  if access.viewer() is null or to_regclass('chain.meter') is null then return '{}'; end if;
  return (select coalesce(array_agg(id), '{}') from chain.meter where member = access.viewer());
end $$;

create function access.is_auditor() returns boolean language sql stable
  as $$ select exists (select from access.auditor where address = access.viewer()) $$;

create function access.is_operator() returns boolean language plpgsql stable set search_path = pg_catalog as $$
begin
  if access.viewer() is null or to_regclass('chain.genesis') is null then return false; end if;
  return exists (select from chain.genesis where genesis #>> '{app_state,meter,operator}' = access.viewer());
end $$;

-- Begins a request inside its transaction: the session's address becomes the viewer. No row: there is no such session (any more).
-- The roles are found anew each time, so that taking one away works at once.
create function access.enter(token bytea) returns table (address text, expires_at timestamptz, member boolean, auditor boolean, operator boolean)
language plpgsql set search_path = pg_catalog as $$
declare found_address text; found_expires timestamptz;
begin
  perform set_config('electra.viewer', '', true);
  select s.address, s.expires_at into found_address, found_expires from access.session s where s.token_hash = token and s.expires_at > now();
  if not found then return; end if;
  perform set_config('electra.viewer', found_address, true);
  return query select found_address, found_expires, cardinality(access.viewer_meters()) > 0, access.is_auditor(), access.is_operator();
end $$;

-- The roles an address would have: asked at sign-in, before there is a session.
create function access.roles_of(address text) returns table (member boolean, auditor boolean, operator boolean)
language plpgsql set search_path = pg_catalog as $$
declare before text := coalesce(current_setting('electra.viewer', true), '');
begin
  perform set_config('electra.viewer', address, true);
  return query select cardinality(access.viewer_meters()) > 0, access.is_auditor(), access.is_operator();
  perform set_config('electra.viewer', before, true);
end $$;

-- Row-level security, forced on the owner too. The rooms that write these tables see all of them.
do $$
declare t regclass;
begin
  for t in select oid::regclass from pg_class where relnamespace = 'books'::regnamespace and relkind = 'r' union all select 'prove.proof'::regclass loop
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
    execute format('create policy room on %s to electra_owner, electra_books using (true) with check (true)', t);
  end loop;
end $$;
create policy prover on prove.proof to electra_prover using (true) with check (true);

create policy own_name on books.member for select to electra_api using (address = (select access.viewer()));
create policy own_meters on books.statement for select to electra_api using (meter = any ((select access.viewer_meters())::text[]));
create policy own_meters on books.report for select to electra_api using (meter = any ((select access.viewer_meters())::text[]));
create policy released on books.day for select to electra_api using (state = 'released');
create policy own_released on books.entry for select to electra_api using (
  member = (select access.viewer())
  and exists (select from books.day d where d.day = entry.day and d.version = entry.version and d.state = 'released'));
create policy own_account on books.posting for select to electra_api using (account = 'member:' || (select access.viewer()));
create policy own_released on prove.proof for select to electra_api using (
  meter = any ((select access.viewer_meters())::text[])
  and exists (select from books.day d where d.day = proof.day and d.version = proof.version and d.book_hash = proof.book_hash and d.state = 'released'));

revoke all on prove.proof from electra_api;
grant select (address, name) on books.member to electra_api;
grant select (meter, day, status, reason, import_start_wh, export_start_wh, import_wh, export_wh, flags, height) on books.statement to electra_api;
grant select (meter, slot, status, reason, import_register_wh, export_register_wh, power_w, flags, height) on books.report to electra_api;
grant select (day, version, state, roster_digest, frozen_unix_s, book, book_hash, proofs, retail_nel_per_wh, feed_in_nel_per_wh, fee_per_day_nel,
  buy_nel_per_wh, sell_nel_per_wh, anchor_height, released_at) on books.day to electra_api;
grant select (day, version, meter, member, source, import_start_wh, export_start_wh, import_end_wh, export_end_wh, import_wh, export_wh, commitment, mask,
  amount_nel, bill_blinding, bill, link_open, link_close, masked_sum) on books.entry to electra_api;
grant select (id, journal, account, amount_nel, day, version) on books.posting to electra_api;
grant select (day, version, meter, book_hash, proof) on prove.proof to electra_api;

-- How far each day is, for whoever is signed in. No price, total or text before the release.
create view access.day_status with (security_barrier) as
  select day, version, state, roster_digest, frozen_unix_s, anchor_height, released_at,
         case when state in ('anchored', 'released') then book_hash end as book_hash,
         case when (select access.is_operator()) then waiting end as waiting
  from books.day where (select access.viewer()) is not null;

-- A member's bill that is on its way: that it is, and nothing of what is in it.
create view access.pending_bill with (security_barrier) as
  select e.day, e.version, e.meter, e.member, e.source, d.state
  from books.entry e join books.day d using (day, version)
  where e.member = (select access.viewer()) and d.state <> 'released';

-- For the operator: what went wrong, without what was in it.
create view access.refused_box with (security_barrier) as
  select 'STATEMENT' as kind, meter, day, null::int as slot, reason, height from books.statement where status = 'refused' and (select access.is_operator())
  union all
  select 'REPORT', meter, slot / 96, slot, reason, height from books.report where status = 'refused' and (select access.is_operator());

create view access.outbox_status with (security_barrier) as
  select id, created_at, attempts, tx_hash, sent_at, error, done_at from books.outbox where (select access.is_operator());

create view access.proving with (security_barrier) as
  select (select count(*) from prove.input)::int as waiting, (select count(*) from prove.proof)::int as proven where (select access.is_operator());

grant select on access.day_status, access.pending_bill, access.refused_box, access.outbox_status, access.proving to electra_api;

-- Down Migration
drop view access.proving, access.outbox_status, access.refused_box, access.pending_bill, access.day_status;
do $$
declare p record;
begin
  for p in select schemaname, tablename, policyname from pg_policies where schemaname in ('books', 'prove') loop
    execute format('drop policy %I on %I.%I', p.policyname, p.schemaname, p.tablename);
    execute format('alter table %I.%I disable row level security', p.schemaname, p.tablename);
    execute format('alter table %I.%I no force row level security', p.schemaname, p.tablename);
  end loop;
end $$;
revoke all on all tables in schema books from electra_api;
grant select on prove.proof to electra_api;
drop function access.enter(bytea), access.roles_of(text), access.is_operator(), access.is_auditor(), access.viewer_meters(), access.viewer();
drop table access.auditor, access.session, access.nonce, access.setting;
