-- Up Migration
-- Corrections: books of version 2 and up. What a correction is follows from version 1, so Postgres holds it to that: one version after the other, each begun
-- only when the one before is released, none with totals of its own (re-issued totals would difference out one member, protocol §6).
alter table books.day add constraint correction_has_no_totals check (
  version = 1 or (total_import_wh is null and total_export_wh is null and totals_blinding is null and mask_sum is null and outside_cost_nel is null));

create function books.guard_correction() returns trigger language plpgsql as $$
begin
  if new.version > 1 and (select state from books.day where day = new.day and version = new.version - 1) is distinct from 'released' then
    raise exception 'version % of day % follows a version that is not released', new.version, new.day using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger correction_guard before insert on books.day for each row execute function books.guard_correction();

-- A corrected meter had a bill that day.
create function books.guard_corrected_entry() returns trigger language plpgsql as $$
begin
  if new.version > 1 and not exists (select from books.entry where day = new.day and version = 1 and meter = new.meter and member = new.member) then
    raise exception 'meter % has no bill of day % to correct', new.meter, new.day using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger corrected_entry_guard before insert on books.entry for each row execute function books.guard_corrected_entry();

-- Where corrections look: few rows among many.
create index entry_not_metered on books.entry (day) where version = 1 and source <> 'metered';

-- Down Migration
drop index books.entry_not_metered;
drop trigger corrected_entry_guard on books.entry;
drop trigger correction_guard on books.day;
drop function books.guard_corrected_entry(), books.guard_correction();
alter table books.day drop constraint correction_has_no_totals;
