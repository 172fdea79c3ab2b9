-- Up Migration
-- A community's node as a member of a main chain (docs/uplink.md).

-- What the community states of each of its days on the main chain, drawn once with the job of its proof: the net of its members' totals,
-- hidden by a commitment. Below it, how far that is on its way.
create table books.uplink_day (
  day int primary key,
  main_chain_id text not null, uplink text not null,
  import_wh int4[] not null check (cardinality(import_wh) = 96),
  export_wh int4[] not null check (cardinality(export_wh) = 96),
  blinding bytea not null check (length(blinding) = 31),
  commitment numeric(78,0) not null,       -- C
  noted_at timestamptz not null default now(),
  key_epoch int, sealed bytea,             -- the box that is sent, and the secret by which its sender can open it
  box_secret bytea check (length(box_secret) = 32),
  attempts int not null default 0,
  tx_hash text, sent_at timestamptz, error text,
  fate text check (fate in ('stated', 'missed')),
  done_at timestamptz,
  check ((fate is null) = (done_at is null)),
  check ((key_epoch is null) = (sealed is null) and (sealed is null) = (box_secret is null))
);

-- What was committed to is never drawn anew: a second statement of a day would have another commitment.
create function books.guard_uplink_day() returns trigger language plpgsql as $$
begin
  if (new.day, new.main_chain_id, new.uplink, new.import_wh, new.export_wh, new.blinding, new.commitment)
      is distinct from (old.day, old.main_chain_id, old.uplink, old.import_wh, old.export_wh, old.blinding, old.commitment)
    or old.fate is not null then
    raise exception 'what is stated of day % can no longer change', old.day using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger uplink_day_guard before update on books.uplink_day for each row execute function books.guard_uplink_day();
create trigger uplink_day_kept before delete on books.uplink_day for each row execute function books.refuse_change();

alter table books.uplink_day enable row level security;
alter table books.uplink_day force row level security;
create policy room on books.uplink_day to electra_owner, electra_books using (true) with check (true);
grant select, insert, update on books.uplink_day to electra_books;

alter table prove.input drop constraint input_circuit_check;
alter table prove.input add constraint input_circuit_check
  check (circuit in ('day-bill', 'clearing', 'substitute', 'clearing-shared', 'bill-sum', 'net'));

-- Down Migration
delete from prove.input where circuit = 'net';
alter table prove.input drop constraint input_circuit_check;
alter table prove.input add constraint input_circuit_check
  check (circuit in ('day-bill', 'clearing', 'substitute', 'clearing-shared', 'bill-sum'));
drop table books.uplink_day;
drop function books.guard_uplink_day();
