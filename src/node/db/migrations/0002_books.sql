-- Up Migration
-- Field elements are numeric(78,0); Wh of a slot int4; registers int8; money numeric(20,0) in nELECTRA. Days and slots are u32 in int4 range.

-- The one chain that these books are about: another one needs another database.
create table books.chain (
  one boolean primary key default true check (one),
  chain_id text not null
);

-- Who is behind an address: known to the operator only, never on the chain.
create table books.member (
  address text primary key,                -- bech32 wallet address, as enrolled on the chain
  name    text not null unique             -- as in the operator's list
);

-- What became of each sealed statement on the chain, opened once. History is added to, never changed: only a row that the vault could not
-- judge (no key of that epoch) may still get its answer.
create table books.statement (
  meter text not null, day int not null,
  status text not null check (status in ('opened', 'refused')),
  reason text,                             -- stable code when refused
  import_start_wh int8, export_start_wh int8,
  import_wh int4[], export_wh int4[],      -- 96 each when opened
  blinding bytea, flags int4,
  height int not null,
  primary key (meter, day),
  check ((status = 'opened') = (reason is null)),
  check (status = 'refused' or (cardinality(import_wh) = 96 and cardinality(export_wh) = 96 and length(blinding) = 31))
);

create table books.report (
  meter text not null, slot int not null,
  status text not null check (status in ('opened', 'refused')),
  reason text,
  import_register_wh int8, export_register_wh int8, power_w int4, flags int4,
  height int not null,
  primary key (meter, slot),
  check ((status = 'opened') = (reason is null))
);

create function books.refuse_change() returns trigger language plpgsql as $$
begin raise exception '%.% is added to, never changed', tg_table_schema, tg_table_name using errcode = 'restrict_violation'; end $$;

create trigger statement_final before update on books.statement for each row when (old.reason is distinct from 'unknown-epoch') execute function books.refuse_change();
create trigger report_final before update on books.report for each row when (old.reason is distinct from 'unknown-epoch') execute function books.refuse_change();
create index statement_undecided on books.statement (day) where reason = 'unknown-epoch';
create index report_undecided on books.report (slot) where reason = 'unknown-epoch';

-- Up to which height the sealed boxes of a kind have all been handled: a row each for 'statement' and 'report'.
create table books.progress (
  kind text primary key check (kind in ('statement', 'report')),
  height int not null
);

-- One row per book. Version 1 of a frozen day; corrections are later versions.
-- state: frozen -> drafted -> proven -> audited -> anchored -> released
create table books.day (
  day int not null, version int not null default 1,
  state text not null check (state in ('frozen', 'drafted', 'proven', 'audited', 'anchored', 'released')),
  roster_digest bytea not null,
  frozen_unix_s int8 not null,
  tariff_id text,
  book text,                               -- canonical JSON, exact bytes
  book_hash bytea,
  proofs text,                             -- proofs.json of the book, exact bytes, once all are there
  retail_nel_per_wh int4[], feed_in_nel_per_wh int4[], fee_per_day_nel numeric(20,0),
  total_import_wh int4[], total_export_wh int4[],
  buy_nel_per_wh int4[], sell_nel_per_wh int4[],
  totals_blinding numeric(78,0),           -- x of protocol §6
  mask_sum numeric(78,0),                  -- M
  outside_cost_nel numeric(20,0),          -- what the outside is owed (negative: owes)
  anchor_height int, released_at timestamptz,
  waiting text,                            -- why the day does not go on, for the operator; null when nothing is in its way
  updated_at timestamptz not null default now(),
  primary key (day, version),
  check (state = 'frozen' or (book is not null and book_hash is not null)),
  check (state in ('frozen', 'drafted') or proofs is not null),
  check (state not in ('anchored', 'released') or anchor_height is not null),
  check ((state = 'released') = (released_at is not null))
);

-- From the audit on the book is what the chain was, or may have been, told: nothing of it changes any more, and states only go forward.
create function books.guard_day() returns trigger language plpgsql as $$
declare
  steps constant text[] := array['frozen', 'drafted', 'proven', 'audited', 'anchored', 'released'];
  was int := array_position(steps, old.state);
begin
  if was >= 4 and (array_position(steps, new.state) < was
      or (new.day, new.version, new.roster_digest, new.book, new.book_hash, new.proofs, new.totals_blinding, new.mask_sum, new.outside_cost_nel,
          new.total_import_wh, new.total_export_wh, new.buy_nel_per_wh, new.sell_nel_per_wh, new.retail_nel_per_wh, new.feed_in_nel_per_wh, new.fee_per_day_nel)
        is distinct from
         (old.day, old.version, old.roster_digest, old.book, old.book_hash, old.proofs, old.totals_blinding, old.mask_sum, old.outside_cost_nel,
          old.total_import_wh, old.total_export_wh, old.buy_nel_per_wh, old.sell_nel_per_wh, old.retail_nel_per_wh, old.feed_in_nel_per_wh, old.fee_per_day_nel)) then
    raise exception 'the book of day % version % is %, it can no longer change', old.day, old.version, old.state using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger day_guard before update on books.day for each row execute function books.guard_day();
create trigger day_kept before delete on books.day for each row execute function books.refuse_change();

-- One row per meter and book: the private side of the book's public entry.
create table books.entry (
  day int not null, version int not null, meter text not null, member text not null,
  source text not null check (source in ('metered', 'substitute', 'disputed')),
  import_start_wh int8 not null, export_start_wh int8 not null,
  import_end_wh int8 not null, export_end_wh int8 not null,
  import_wh int4[] not null, export_wh int4[] not null,
  blinding bytea not null,                 -- of C (the meter's, or the node's own for a substitute or dispute)
  commitment numeric(78,0) not null,       -- C
  mask_k numeric(78,0) not null, mask_v numeric(78,0) not null, mask numeric(78,0) not null,  -- k, v, K
  amount_nel numeric(20,0) not null, bill_blinding numeric(78,0) not null, bill numeric(78,0) not null,  -- amount, s, B
  link_open numeric(78,0) not null, link_close numeric(78,0) not null,   -- L0, L1
  masked_sum numeric(78,0) not null,       -- S
  primary key (day, version, meter),
  foreign key (day, version) references books.day
);
create index on books.entry (member, day);
create index on books.entry (meter, day);

create function books.guard_entry() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' and (select state from books.day where day = coalesce(new.day, old.day) and version = coalesce(new.version, old.version)) in ('frozen', 'drafted', 'proven') then
    return coalesce(new, old);
  end if;
  raise exception 'the entries of a book that was audited can no longer change' using errcode = 'restrict_violation';
end $$;
create trigger entry_guard before insert or update or delete on books.entry for each row execute function books.guard_entry();

-- u of the register link at the midnight that begins `day`: drawn once per (meter, midnight).
create table books.link (
  meter text not null, day int not null,
  blinding numeric(78,0) not null,
  primary key (meter, day)
);
create trigger link_append_only before update or delete on books.link for each row execute function books.refuse_change();

-- Double entry. account: 'member:<address>', 'outside', 'fund'. Positive = owes the community. Rows are only ever added.
create table books.posting (
  id int8 generated always as identity primary key,
  journal text not null,                   -- 'day:<day>:<version>' or 'reverse:<journal>': one transaction, sums to zero
  account text not null,
  amount_nel numeric(20,0) not null,
  day int not null, version int not null,
  written_in xid8 not null default pg_current_xact_id(),
  unique (journal, account)
);
create index on books.posting (account, day);

create function books.journal_sums_to_zero() returns trigger language plpgsql as $$
declare
  total numeric;
  transactions int;
begin
  select sum(amount_nel), count(distinct written_in) into total, transactions from books.posting where journal = new.journal;
  if total <> 0 then
    raise exception 'journal % does not sum to zero', new.journal using errcode = 'check_violation';
  end if;
  if transactions <> 1 then
    raise exception 'journal % is closed: a correction is a journal of its own', new.journal using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create constraint trigger posting_balanced after insert on books.posting
  deferrable initially deferred for each row execute function books.journal_sums_to_zero();

create trigger posting_append_only before update or delete on books.posting for each row execute function books.refuse_change();
create trigger posting_never_emptied before truncate on books.posting for each statement execute function books.refuse_change();

-- A chain anchor, dispute or other message the node wants sent; sent by the signer, done when the index shows it.
create table books.outbox (
  id text primary key,                     -- 'anchor:<day>:<version>', 'dispute:<meter>:<day>'
  message jsonb not null,
  created_at timestamptz not null default now(),
  attempts int not null default 0,
  tx_hash text, sent_at timestamptz, error text,
  done_at timestamptz                      -- the index has shown it
);

-- Witnesses waiting for a prover. Deleted in the transaction that stores the proof.
create table prove.input (
  id text primary key,                     -- '<bookHash hex>:<meter>' or '<bookHash hex>:clearing'
  circuit text not null check (circuit in ('day-bill', 'clearing')),
  day int not null, version int not null, meter text,
  book_hash bytea not null,
  signals jsonb not null,                  -- circuit inputs, decimal strings
  created_at timestamptz not null default now()
);
create table prove.proof (
  id text primary key,                     -- as of its input
  circuit text not null,
  day int not null, version int not null, meter text,
  book_hash bytea not null,
  proof jsonb not null,                    -- {"a":[x,y],"b":[[x0,x1],[y0,y1]],"c":[x,y]} decimal strings
  duration_ms int not null,
  created_at timestamptz not null default now()
);
create index on prove.proof (book_hash);

grant select, insert, update on books.statement, books.report, books.progress, books.day, books.outbox, books.member to electra_books;
grant select, insert, delete on books.entry to electra_books;   -- a draft that changes is redrawn; entry_guard protects the audited
grant delete on books.member to electra_books;
grant select, insert on books.posting, books.link, books.chain to electra_books;
grant usage on all sequences in schema books to electra_books;
grant select, insert, delete on prove.input, prove.proof to electra_books;
grant select, delete on prove.input to electra_prover;
grant select, insert on prove.proof to electra_prover;
grant select on prove.proof to electra_api;

-- Down Migration
drop table prove.proof, prove.input, books.outbox, books.posting, books.link, books.entry, books.day, books.progress, books.report, books.statement, books.member, books.chain cascade;
drop function books.journal_sums_to_zero(), books.refuse_change(), books.guard_day(), books.guard_entry();
