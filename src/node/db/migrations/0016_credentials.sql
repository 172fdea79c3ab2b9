-- Up Migration
-- Passkeys and invitations: ways to sign in beside the wallet's key. All of them only read, like every session.
--
-- What the API's role may not do by itself is done by functions of the owner's, one for each step of a sign-in: find the one passkey that
-- was shown, count its use, use up one invitation. So that role lists nobody's passkeys but the viewer's, and gives a passkey to no address
-- but the viewer's or the one that an unused invitation names.

create table access.credential (
  id           uuid primary key default gen_random_uuid(),  -- what lists and removals call it
  address      text not null check (address ~ '^electra1[0-9a-z]{38}$'),
  webauthn_id  bytea not null unique check (length(webauthn_id) between 1 and 1023),
  public_key   bytea not null check (length(public_key) between 1 and 4096),  -- COSE
  sign_count   bigint not null check (sign_count >= 0),
  name         text not null check (length(name) between 1 and 60),
  by_invite    boolean not null,                            -- else by a session of the address
  created_at   timestamptz not null default now(),
  last_used_at timestamptz
);
create index on access.credential (address);

alter table access.session
  add column credential uuid references access.credential (id) on delete cascade,  -- with a passkey the sessions that hang on it end
  add check ((way in ('passkey', 'invite')) = (credential is not null));
create index on access.session (credential);

create table access.invite (
  id           uuid primary key default gen_random_uuid(),
  code_hash    bytea not null unique check (length(code_hash) = 32),  -- SHA-256 of the 16 random bytes in the letter
  address      text not null check (address ~ '^electra1[0-9a-z]{38}$'),
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  used_at      timestamptz,
  withdrawn_at timestamptz
);
create index on access.invite (address, created_at);

-- Whose row it is, and for invitations the operator too. Policies bind the API's role, not the owner, whose functions follow.
alter table access.credential enable row level security;
create policy own on access.credential to electra_api using (address = (select access.viewer()))
  with check (address = (select access.viewer()));
grant select (id, address, webauthn_id, name, by_invite, created_at, last_used_at), delete on access.credential to electra_api;
grant insert (address, webauthn_id, public_key, sign_count, name, by_invite) on access.credential to electra_api;

alter table access.invite enable row level security;
create policy own_or_operator on access.invite for select to electra_api
  using (address = (select access.viewer()) or (select access.is_operator()));
grant select (id, address, created_at, expires_at, used_at, withdrawn_at) on access.invite to electra_api;

-- Who makes invitations can do nothing else: it neither reads codes nor adds a passkey.
grant usage on schema access to electra_inviter;
create policy inviter on access.invite to electra_inviter using (true) with check (true);
grant select (id, address, created_at, expires_at, used_at, withdrawn_at), update (withdrawn_at) on access.invite to electra_inviter;
grant insert (code_hash, address, expires_at) on access.invite to electra_inviter;

create function access.passkey(shown bytea) returns table (id uuid, address text, public_key bytea, sign_count bigint)
language sql stable security definer set search_path = pg_catalog as $$
  select c.id, c.address, c.public_key, c.sign_count from access.credential c where c.webauthn_id = shown
$$;

-- An authenticator that counts counts upwards; one that stays at 0 does not count. False: it was used elsewhere, or there is a copy of it.
create function access.use_passkey(used uuid, counted bigint) returns boolean
language sql security definer set search_path = pg_catalog as $$
  with counted_use as (
    update access.credential c set sign_count = counted, last_used_at = now()
    where c.id = used and (c.sign_count < counted or (c.sign_count = 0 and counted = 0)) returning 1)
  select exists (select from counted_use)
$$;

create function access.invited(hash bytea) returns table (address text, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
  select i.address, i.expires_at from access.invite i
  where i.code_hash = hash and i.used_at is null and i.withdrawn_at is null and i.expires_at > now()
$$;

-- Uses up an invitation and gives its address the passkey. No row: it is unknown, used, withdrawn or too old.
create function access.redeem(hash bytea, shown bytea, key bytea, counted bigint, called text) returns table (id uuid, address text)
language sql security definer set search_path = pg_catalog as $$
  with used as (
    update access.invite i set used_at = now()
    where i.code_hash = hash and i.used_at is null and i.withdrawn_at is null and i.expires_at > now() returning i.address)
  insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite)
  select used.address, shown, key, counted, called, true from used returning credential.id, credential.address
$$;

revoke execute on function access.passkey(bytea), access.use_passkey(uuid, bigint), access.invited(bytea),
  access.redeem(bytea, bytea, bytea, bigint, text) from public;
grant execute on function access.passkey(bytea), access.use_passkey(uuid, bigint), access.invited(bytea),
  access.redeem(bytea, bytea, bytea, bigint, text) to electra_api;

-- Down Migration
drop function access.redeem(bytea, bytea, bytea, bigint, text), access.invited(bytea),
  access.use_passkey(uuid, bigint), access.passkey(bytea);
drop table access.invite;
delete from access.session where credential is not null;
alter table access.session drop column credential;
drop table access.credential;
revoke all on schema access from electra_inviter;
