-- Up Migration
-- What a person has to look at, as long as it stands: the API fails its /ready with it, the doctor names it.
create table books.alarm (
  kind   text primary key,
  detail text not null,
  since  timestamptz not null default now()
);
grant select, insert, update, delete on books.alarm to electra_books;
grant select (kind, detail) on books.alarm to electra_api;
alter table books.alarm enable row level security, force row level security;
create policy room on books.alarm to electra_owner, electra_books using (true) with check (true);
create policy anybody on books.alarm for select to electra_api using (true);   -- no name, no amount: whoever asks whether all is well

-- The operator is the one of the last rotation that came into force, or that of genesis.
create or replace function access.is_operator() returns boolean language plpgsql stable set search_path = pg_catalog as $$
declare rotated text;
begin
  if access.viewer() is null or to_regclass('chain.genesis') is null then return false; end if;
  if to_regclass('chain.operator_rotation') is not null then
    select address into rotated from chain.operator_rotation where fate = 'applied' order by n desc limit 1;
    if rotated is not null then return rotated = access.viewer(); end if;
  end if;
  return exists (select from chain.genesis where genesis #>> '{app_state,meter,operator}' = access.viewer());
end $$;

-- Down Migration
create or replace function access.is_operator() returns boolean language plpgsql stable set search_path = pg_catalog as $$
begin
  if access.viewer() is null or to_regclass('chain.genesis') is null then return false; end if;
  return exists (select from chain.genesis where genesis #>> '{app_state,meter,operator}' = access.viewer());
end $$;
drop table books.alarm;
