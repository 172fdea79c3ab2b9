-- Up Migration
-- Field elements are numeric(78,0); Wh of a slot int4; registers int8; money numeric(20,0) in nELECTRA. Days and slots are u32 in int4 range.

-- Who is behind an address: known to the operator only, never on the chain.
create table books.member (
  address text primary key,                -- bech32 wallet address, as enrolled on the chain
  name    text not null unique             -- as in the operator's list
);

-- What became of each sealed statement on the chain, opened once. History is added to, never changed.
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
  primary key (day, version)
);

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

-- u of the register link at the midnight that begins `day`: drawn once per (meter, midnight).
create table books.link (
  meter text not null, day int not null,
  blinding numeric(78,0) not null,
  primary key (meter, day)
);

-- Double entry. account: 'member:<address>', 'outside', 'fund'. Positive = owes the community. Rows are only ever added.
create table books.posting (
  id int8 generated always as identity primary key,
  journal text not null,                   -- 'day:<day>:<version>' or 'reverse:<journal>': one transaction, sums to zero
  account text not null,
  amount_nel numeric(20,0) not null,
  day int not null, version int not null,
  unique (journal, account)
);
create index on books.posting (account, day);

create function books.journal_sums_to_zero() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(amount_nel), 0) from books.posting where journal = new.journal) <> 0 then
    raise exception 'journal % does not sum to zero', new.journal using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger posting_balanced after insert on books.posting
  deferrable initially deferred for each row execute function books.journal_sums_to_zero();

create function books.refuse_change() returns trigger language plpgsql as $$
begin raise exception '% is added to, never changed', tg_table_name using errcode = 'restrict_violation'; end $$;
create trigger posting_append_only before update or delete on books.posting for each row execute function books.refuse_change();

-- A chain anchor, dispute or other message the node wants sent; sent by the signer, done when the index shows it.
create table books.outbox (
  id text primary key,                     -- 'anchor:<day>:<version>', 'dispute:<meter>:<day>'
  message jsonb not null,
  created_at timestamptz not null default now(),
  tx_hash text, sent_at timestamptz, error text
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

grant select, insert, update on books.statement, books.report, books.day, books.link, books.outbox, books.member to electra_books;
grant select, insert, delete on books.entry to electra_books;   -- a draft that changes is redrawn; the trigger below protects the anchored
grant delete on books.outbox, books.member to electra_books;
grant select, insert on books.posting to electra_books;
grant usage on all sequences in schema books to electra_books;
grant select, insert, delete on prove.input, prove.proof to electra_books;
grant select, delete on prove.input to electra_prover;
grant select, insert on prove.proof to electra_prover;
grant select on prove.proof to electra_api;

-- Down Migration
drop table prove.proof, prove.input, books.outbox, books.posting, books.link, books.entry, books.day, books.report, books.statement, books.member cascade;
drop function books.journal_sums_to_zero(), books.refuse_change();
