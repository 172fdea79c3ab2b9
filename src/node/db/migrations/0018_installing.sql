-- Up Migration
-- One-time codes for whoever installs a meter: bound to one meter, good once, for 48 hours. The browser that used one is shown the meter's
-- way onto the chain and, until the end of its first day, the registers of its last report: to be compared with its display.

create table access.install_code (
  id           uuid primary key default gen_random_uuid(),
  code_hash    bytea not null unique check (length(code_hash) = 32),   -- SHA-256 of 16 random bytes
  meter        text not null check (meter ~ '^electra1[0-9a-z]{38}$'),
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  used_at      timestamptz,
  withdrawn_at timestamptz,
  holder_hash  bytea unique check (length(holder_hash) = 32),          -- SHA-256 of what the browser was given for it
  check ((used_at is null) = (holder_hash is null))
);
create index on access.install_code (meter, created_at);

-- The member sees that a code of its meter was made, and used; the operator sees it of all.
alter table access.install_code enable row level security;
create policy own_or_operator on access.install_code for select to electra_api
  using (meter = any ((select access.viewer_meters())::text[]) or (select access.is_operator()));
grant select (id, meter, created_at, expires_at, used_at, withdrawn_at) on access.install_code to electra_api;

-- Whoever makes invitations makes these too, and reads neither.
create policy inviter on access.install_code to electra_inviter using (true) with check (true);
grant select (id, meter, created_at, expires_at, used_at, withdrawn_at), update (withdrawn_at) on access.install_code to electra_inviter;
grant insert (code_hash, meter, expires_at) on access.install_code to electra_inviter;

-- Uses a code up and binds it to a browser. No row: it is unknown, of another meter, used, withdrawn or too old.
create function access.use_install_code(hash bytea, of_meter text, holder bytea) returns table (expires_at timestamptz)
language sql security definer set search_path = pg_catalog as $$
  update access.install_code c set used_at = now(), holder_hash = holder
  where c.code_hash = hash and c.meter = of_meter and c.used_at is null and c.withdrawn_at is null and c.expires_at > now()
  returning c.expires_at
$$;

-- Begins a look at the meter of a browser's code, for this transaction: which meter it is, and of which quarter-hours it has first and last
-- reported. No row: there is no such code (any more).
create function access.enter_installation(holder bytea) returns table (meter text, expires_at timestamptz, first_slot int4, last_slot int4)
language plpgsql security definer set search_path = pg_catalog as $$
declare found_meter text; found_expires timestamptz;
begin
  perform set_config('electra.installing', '', true);
  select c.meter, c.expires_at into found_meter, found_expires from access.install_code c
  where c.holder_hash = holder and c.withdrawn_at is null and c.expires_at > now();
  if not found then return; end if;
  perform set_config('electra.installing', found_meter, true);
  return query select found_meter, found_expires,
    (select min(r.slot) from books.report r where r.meter = found_meter),
    (select max(r.slot) from books.report r where r.meter = found_meter);
end $$;
revoke execute on function access.use_install_code(bytea, text, bytea), access.enter_installation(bytea) from public;
grant execute on function access.use_install_code(bytea, text, bytea), access.enter_installation(bytea) to electra_api;

create function access.installing() returns text language sql stable
  as $$ select nullif(pg_catalog.current_setting('electra.installing', true), '') $$;

-- The slot from which on its reports are not for the installer: the end of its first day; 0 once that is over by chain time.
create function access.installing_until() returns int4 language plpgsql stable set search_path = pg_catalog as $$
declare first_day int4;
begin
  if access.installing() is null or to_regclass('chain.meter') is null then return 0; end if;
  select m.first_day into first_day from chain.meter m, chain.head h
  where m.id = access.installing() and h.chain_unix_s < (m.first_day + 1)::int8 * 86400;
  return coalesce((first_day + 1) * 96, 0);
end $$;
create policy installing on books.report for select to electra_api
  using (meter = (select access.installing()) and slot < (select access.installing_until()));

-- Down Migration
drop policy installing on books.report;
drop function access.installing_until(), access.installing(), access.enter_installation(bytea), access.use_install_code(bytea, text, bytea);
drop table access.install_code;
