-- Up Migration
-- Hints that something is new, for pages that are open. A hint says where to look and nothing of what is there: `report` with addresses of
-- meters, `day`, and `ended` with the hash of a token whose session is gone. Postgres gives them out with the commit, so whoever asks upon
-- one sees what it is about.

create function access.hint_of_meters() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  -- a payload has at most 8000 bytes: a hundred addresses
  perform pg_notify('electra_changed', 'report ' || string_agg(meter, ' '))
    from (select meter, (row_number() over (order by meter) - 1) / 100 as part from (select distinct meter from fresh) m) parts
    group by part;
  return null;
end $$;
create trigger hint_added after insert on books.report
  referencing new table as fresh for each statement execute function access.hint_of_meters();
create trigger hint_changed after update on books.report
  referencing new table as fresh for each statement execute function access.hint_of_meters();
create trigger hint_added after insert on books.statement
  referencing new table as fresh for each statement execute function access.hint_of_meters();
create trigger hint_changed after update on books.statement
  referencing new table as fresh for each statement execute function access.hint_of_meters();

create function access.hint_of_day() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_notify('electra_changed', 'day');
  return null;
end $$;
create trigger hint after insert or update of state on books.day for each row execute function access.hint_of_day();

create function access.hint_of_end() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_notify('electra_changed', 'ended ' || encode(old.token_hash, 'hex'));
  return null;
end $$;
create trigger hint after delete on access.session for each row execute function access.hint_of_end();

-- Down Migration
drop trigger hint on access.session;
drop trigger hint on books.day;
drop trigger hint_changed on books.statement;
drop trigger hint_added on books.statement;
drop trigger hint_changed on books.report;
drop trigger hint_added on books.report;
drop function access.hint_of_end(), access.hint_of_day(), access.hint_of_meters();
