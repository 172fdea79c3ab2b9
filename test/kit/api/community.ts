/**
 * A small community in a real database, written by the roles that write it in production. Days before today, by chain time:
 *
 *   first    released; a correction (version 2) of alice1 is released too
 *   second   released; alice2 has no statement in time (substitute), bob1 is disputed
 *   third    proven, on its way: nothing of it may be seen yet but that it is on its way
 *   fourth   ended, its roster is not frozen: readings are there, bob1's statement is missing
 *
 * Numbers of different people never coincide, so that a leak can be recognised by its number. Commitments are numbers without meaning here.
 */
import { createHash } from 'node:crypto';
import type { Sql } from '../../../src/node/db/index.ts';
import { connect } from '../../../src/node/db/index.ts';
import { ensureIndexSchema } from '../../../src/node/indexer/index.ts';
import { billAmount, meanPrices } from '../../../src/protocol/day/prices.ts';
import { compareAddresses, encodeRoster, rosterDigest } from '../../../src/protocol/day/roster.ts';
import { verificationKeysJson } from '../../../src/protocol/genesis/index.ts';
import { encodeSignedInvoice, totalOf } from '../../../src/protocol/invoice/invoice.ts';
import { addressBytes } from '../../../src/protocol/values/address.ts';
import { dayToDate } from '../../../src/protocol/values/time.ts';
import { keyBytes } from '../development-keys.ts';
import { genesisParams } from '../genesis.ts';
import type { TestPostgres } from '../postgres.ts';
import { meters, people } from './people.ts';

export const CHAIN_ID = 'electra-test-0a1b2c3d';
export const NAMES = { alice: 'alice-canary', bob: 'bob-canary' };

const OWNER: Record<string, 'alice' | 'bob'> = { [meters.alice1]: 'alice', [meters.alice2]: 'alice', [meters.bob1]: 'bob' };
const METERS = Object.values(meters).sort(compareAddresses);
const HEIGHT = 5000;

export interface Days {
  first: number;
  second: number;
  third: number;
  fourth: number;
}

export const importOf = (meter: string, day: number): number[] =>
  Array.from({ length: 96 }, (_, i) => (METERS.indexOf(meter) + 1) * 1000 + (day % 10) * 100 + i);
export const exportOf = (meter: string, day: number): number[] => importOf(meter, day).map((wh) => wh * 2 + 50_000);
export const pricesOf = (day: number) => ({
  retailNelPerWh: Array<number>(96).fill(300_000),
  feedInNelPerWh: Array<number>(96).fill(80_000),
  feePerDayNel: 250_000_000n,
  buyNelPerWh: Array.from({ length: 96 }, (_, i) => 200_000 + ((day + i) % 90) * 1000),
  sellNelPerWh: Array.from({ length: 96 }, (_, i) => 100_000 - ((day + i) % 20) * 1000),
});
export const amountOf = (meter: string, day: number, version = 1): bigint =>
  billAmount({
    importWh: importOf(meter, day),
    exportWh: exportOf(meter, day),
    prices: pricesOf(day),
    feePerDayNel: pricesOf(day).feePerDayNel,
  }) + BigInt(version - 1);
/** A number that belongs to one secret of one entry: `kind` 1 s, 2 k, 3 v, 4 C, 5 K, 6 B, 7 L0, 8 L1, 9 S. */
export const numberOf = (kind: number, meter: string, day: number, version = 1): string =>
  `7${kind}${METERS.indexOf(meter)}${version}${String(day).padStart(6, '0')}`.padEnd(60, '3');

/** What blinds a meter's own statements. */
export const blindingOf = (meter: string): Buffer => Buffer.alloc(31, 0xa1 + METERS.indexOf(meter));

/** What was read of bob1's registers at the end of the second day: import, and one more of export; and what blinds it. */
export const READ_WH = 8_123_456_789n;
export const READ_BLINDING = '79'.padEnd(60, '4');

const bytes = (fill: number, length = 32): Buffer => Buffer.alloc(length, fill);

export async function fillCommunity(db: TestPostgres, nowMs: number): Promise<Days> {
  const today = Math.floor(nowMs / 86_400_000);
  const days = { first: today - 4, second: today - 3, third: today - 2, fourth: today - 1 };
  const as = (role: keyof TestPostgres['urls']) => connect({ url: db.urls[role], max: 1, application: 'test' });
  const [indexer, books, owner, prover] = [as('indexer'), as('books'), as('owner'), as('prover')];
  try {
    await ensureIndexSchema(indexer);
    await fillChain(indexer, days, Math.floor(nowMs / 1000));
    await fillReadings(books, days);
    await fillBooks(books, prover, days);
    await books`insert into books.outbox (id, message, error) values (${`anchor:${days.third}:1`}, '{}', 'no chain in reach')`;
    await books`insert into books.outbox (id, message, done_at, sent_at, tx_hash)
      values (${`anchor:${days.first}:1`}, '{}', now(), now(), 'AB')`;
    await fillCredentials(owner);
    await owner`insert into access.auditor (address) values (${people.auditor.address}), (${people.clerk.address})`;
  } finally {
    await Promise.all([indexer, books, owner, prover].map((sql) => sql.end({ timeout: 5 })));
  }
  return days;
}

/** The code of an invitation to Alice that nobody has used. */
export const INVITE_CODE = Buffer.alloc(16, 7).toString('base64url');
/** A code of Alice's second meter that nobody has used. Bob's meter has one that was. */
export const INSTALL_CODE = Buffer.alloc(16, 8).toString('base64url');

const hashOf = (code: string): Buffer => createHash('sha256').update(Buffer.from(code, 'base64url')).digest();

async function fillCredentials(owner: Sql): Promise<void> {
  const { address } = people.alice;
  await owner`insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite)
    values (${address}, ${bytes(21, 16)}, ${bytes(22, 77)}, 0, 'phone of long ago', false)`;
  await owner`insert into access.notice (address, kinds, since)
    values (${address}, array['BILL', 'CORRECTION'], now() - interval '1 day')`;
  await owner`insert into access.invite (code_hash, address, expires_at)
    values (${hashOf(INVITE_CODE)}, ${address}, now() + interval '14 days')`;
  await owner`insert into access.install_code (code_hash, meter, expires_at)
    values (${hashOf(INSTALL_CODE)}, ${meters.alice2}, now() + interval '48 hours')`;
  await owner`insert into access.install_code (code_hash, meter, expires_at, used_at, holder_hash)
    values (${bytes(23)}, ${meters.bob1}, now() + interval '48 hours', now(), ${bytes(24)})`;
}

async function fillChain(sql: Sql, days: Days, nowS: number): Promise<void> {
  const genesisS = nowS - 40 * 86_400;
  await sql`insert into chain.cursor (chain_id, height, block_hash, app_hash, validators_hash, next_validators_hash, results_height,
    results_hash, chain_unix_s, digest)
    values (${CHAIN_ID}, ${HEIGHT}, ${bytes(1)}, ${bytes(2)}, ${bytes(3)}, ${bytes(4)}, ${HEIGHT - 1}, ${bytes(5)}, ${BigInt(nowS - 2)},
      ${bytes(7)})`;
  const meter = {
    operator: people.operator.address,
    params: genesisParams(),
    verification_keys: verificationKeysJson(keyBytes()),
  };
  await sql`insert into chain.genesis (genesis, hash)
    values (${sql.json({ chain_id: CHAIN_ID, app_state: { meter } } as never)}, ${bytes(6)})`;
  await sql`insert into chain.clock (id, start_unix_s, rate, genesis_unix_s, grace_s, late_s, validator_delay_s)
    values ('clock', ${String(genesisS)}, '1', ${String(genesisS)}, '21600', '2592000', '604800')`;
  await sql`insert into chain.node_key (id, epoch, key, height, effective_unix_s, signature)
    values ('1', 1, ${bytes(10)}, 0, ${String(genesisS)}, null)`;
  const flat = (price: number): number[] => Array<number>(96).fill(price);
  for (const [fromDay, retail] of [
    [days.first, 310],
    [days.fourth, 330],
  ])
    await sql`insert into chain.tariff (id, from_day, rule, retail_nel_per_wh, feed_in_nel_per_wh, fee_per_day_nel, height)
      values (${`${fromDay}-1`}, ${fromDay}, 'midpoint', ${flat(retail)}, ${flat(80)}, '250000000', 1)`;
  for (const [height, retail] of [
    [3000, 500],
    [3001, 510], // of a slot the last one counts
    [HEIGHT + 9, 9],
  ])
    await sql`insert into chain.slot_prices (id, slot, retail_nel_per_wh, feed_in_nel_per_wh, height, unix_s)
      values (${`${days.fourth * 96 + 40}-${height}`}, ${days.fourth * 96 + 40}, ${retail}, -20, ${height}, '1')`;
  for (const meter of METERS) {
    await sql`insert into chain.meter (id, address, member, first_day, service_day, last_day, max_wh_per_slot, consensus_key,
        enrolled_height)
      values (${meter}, ${Buffer.from(addressBytes(meter))}, ${people[OWNER[meter]].address}, ${days.first}, ${days.first}, null, 20000,
      ${meter === meters.alice1 ? bytes(9) : null}, 0)`;
    for (const day of [days.first, days.second, days.third, days.fourth]) {
      const late = day === days.second && meter === meters.alice2;
      if (day === days.fourth && meter === meters.bob1) continue;
      await sql`insert into chain.sealed_statement (id, meter, day, key_epoch, commitment, sealed, height)
        values (${`${meter}-${day}`}, ${meter}, ${day}, 1, ${bytes(1)}, ${bytes(2, 715)}, ${late ? 4500 : 4000})`;
    }
  }
  for (const day of [days.first, days.second, days.third]) {
    const missing = day === days.second ? meters.alice2 : null;
    const encoded = encodeRoster({
      day,
      meters: METERS.map((meter) => ({ meter, commitment: meter === missing ? null : BigInt(numberOf(4, meter, day)) })),
    });
    await sql`insert into chain.roster (id, day, late, digest, encoded, height, unix_s)
      values (${String(day)}, ${day}, false, ${Buffer.from(rosterDigest(encoded), 'hex')}, ${Buffer.from(encoded)}, 4400,
      ${String((day + 1) * 86_400 + 21_600)})`;
  }
  for (const [day, version] of [
    [days.first, 1],
    [days.first, 2],
    [days.second, 1],
  ])
    await sql`insert into chain.anchor (id, day, version, book_hash, totals, height, unix_s)
      values (${`${day}-${version}`}, ${day}, ${version}, ${bookHashOf(day, version)}, ${version === 1 ? bytes(1) : null},
      ${4700 + version}, ${String((day + 1) * 86_400 + 30_000)})`;
  for (const [day, version] of [
    [days.first, 1],
    [days.first, 2],
  ])
    await sql`insert into chain.proven_book (id, day, version, parts, height, unix_s)
      values (${`${day}-${version}`}, ${day}, ${version}, 1, ${4710 + version}, ${String((day + 1) * 86_400 + 31_000)})`;
  await sql`insert into chain.dispute (id, meter, day, reason, height)
    values (${`${meters.bob1}-${days.second}`}, ${meters.bob1}, ${days.second}, 'commitment-mismatch', 4450)`;
  await sql`insert into chain.final_reading (id, meter, day, link, height, unix_s, objected_height)
    values (${meters.bob1}, ${meters.bob1}, ${days.second}, ${bytes(1)}, 4610, ${String(nowS - 60)}, 4611)`;
  await sql`insert into chain.no_bill (id, meter, day, open_height, withdrawn_height) values
    (${`${meters.alice1}-${days.second}-4600`}, ${meters.alice1}, ${days.second}, 4600, null), (${`${meters.bob1}-${days.first}-4601`},
    ${meters.bob1}, ${days.first}, 4601, 4700)`;
  const change = `${meters.bob1}-begin-4650`;
  await sql`insert into chain.validator_change (id, meter, ends, asked, height, due_unix_s)
    values (${change}, ${meters.bob1}, false, false, 4650, ${String(nowS + 604_800)})`;
  await sql`insert into chain.validator_veto (id, change, meter, height) values (${`${change}-${meters.alice1}`}, ${change},
    ${meters.alice1}, 4651)`;
  await sql`insert into chain.operator_rotation (id, n, address, signature, height, due_unix_s)
    values ('1-4660', 1, ${people.clerk.address}, ${bytes(64)}, 4660, ${String(nowS + 86_400)})`;
  await sql`insert into chain.operator_vote (id, n, meter, height) values (${`1-${meters.alice1}-4661-veto`}, 1, ${meters.alice1}, 4661)`;
  await sql`insert into chain.bad_transaction (id, height, tx_index, hash, reason, detail)
    values ('4200-0', 4200, 0, 'CD', 'undecodable', 'not a transaction'), ('4300-1', 4300, 1, 'EF', 'refused', 'code 5')`;
}

/** Statements of the days, and of the fourth day reports only (alice1's report of slot 50 is lost). */
async function fillReadings(sql: Sql, days: Days): Promise<void> {
  for (const meter of METERS) {
    for (const day of [days.first, days.second, days.third]) {
      const refused = day === days.second && meter === meters.bob1;
      if (day === days.second && meter === meters.alice2) continue;
      await sql`insert into books.statement (meter, day, status, reason, import_start_wh, export_start_wh, import_wh, export_wh, blinding,
        flags, height)
        values (${meter}, ${day}, ${refused ? 'refused' : 'opened'}, ${refused ? 'commitment-mismatch' : null}, 1000, 2000,
        ${importOf(meter, day)}, ${exportOf(meter, day)}, ${blindingOf(meter)}, 0, 4000)`;
    }
    let [imported, exported] = [10_000_000n, 20_000_000n];
    const rows: object[] = [];
    for (let i = -1; i < 96; i++) {
      if (i >= 0) {
        imported += BigInt(importOf(meter, days.fourth)[i]);
        exported += BigInt(exportOf(meter, days.fourth)[i]);
      }
      if (i === 50 && meter === meters.alice1) continue;
      rows.push({
        meter,
        slot: days.fourth * 96 + i,
        status: 'opened',
        import_register_wh: imported,
        export_register_wh: exported,
        power_w: -(i + 1),
        flags: 0,
        height: 4900,
      });
    }
    await sql`insert into books.report ${sql(rows as never)}`;
    await sql`insert into books.report (meter, slot, status, reason, height)
      values (${meter}, ${days.first * 96 + 3}, 'refused', 'wrong-context', 3000)`;
  }
}

/** A number of a copied day that coincides with no other. */
export const copiedOf = (meter: string, day: number): string => `7${numberOf(4, meter, day - 1)}`;
const bookText = (day: number, version: number, sources: Record<string, string>): string =>
  JSON.stringify({
    book: `${day}:${version}`,
    // Alice's copies the day before; there is none for Bob's.
    meters: Object.entries(sources).map(([meter, source]) =>
      source === 'substitute' ? { meter, fromDay: String(day - 1), from: copiedOf(meter, day) } : { meter, fromDay: '0', from: '0' },
    ),
  });
export const bookHashOf = (day: number, version = 1): Buffer => Buffer.alloc(32, `${day}:${version}`);
export const proofOf = (meter: string, day: number, version = 1) => {
  const n = (i: number) => `${numberOf(9, meter, day, version)}${i}`;
  return {
    a: [n(0), n(1)],
    b: [
      [n(2), n(3)],
      [n(4), n(5)],
    ],
    c: [n(6), n(7)],
  };
};

async function fillBooks(sql: Sql, prover: Sql, days: Days): Promise<void> {
  await sql`insert into books.member (address, name)
    values (${people.alice.address}, ${NAMES.alice}), (${people.bob.address}, ${NAMES.bob})`;
  await fillBook(sql, prover, days.first, 1, METERS, 'released');
  await fillBook(sql, prover, days.second, 1, METERS, 'released', { [meters.alice2]: 'substitute', [meters.bob1]: 'disputed' });
  await fillBook(sql, prover, days.third, 1, METERS, 'proven');
  await fillBook(sql, prover, days.first, 2, [meters.alice1], 'released');
  for (const owner of ['alice', 'bob'] as const) await fillInvoice(sql, days, owner);
  for (const [fill, registers] of [
    [1, READ_WH],
    [2, READ_WH + 5n], // the chain holds no such reading
  ] as const)
    await sql`insert into books.final_reading (meter, link, day, import_wh, export_wh, blinding)
      values (${meters.bob1}, ${bytes(fill)}, ${days.second}, ${registers}, ${registers + 1n}, ${READ_BLINDING})`;
}

/** An invoice as to its form, and with the owner's own numbers; its signature is none. */
export function invoiceOf(days: Days, owner: 'alice' | 'bob'): string {
  const lines = METERS.filter((meter) => OWNER[meter] === owner).map((meter) => ({
    day: days.first,
    version: 1,
    bookHash: bookHashOf(days.first).toString('hex'),
    meter,
    amountNel: amountOf(meter, days.first),
    s: BigInt(numberOf(1, meter, days.first)),
  }));
  const invoice = {
    chainId: CHAIN_ID,
    operator: people.operator.address,
    member: people[owner].address,
    month: dayToDate(days.first).slice(0, 7),
    lines,
    totalNel: totalOf(lines),
  };
  return encodeSignedInvoice({ invoice, publicKey: '02'.repeat(33), signature: '03'.repeat(64) });
}

async function fillInvoice(sql: Sql, days: Days, owner: 'alice' | 'bob'): Promise<void> {
  const text = invoiceOf(days, owner);
  const { month, totalNel } = JSON.parse(text).invoice;
  await sql`insert into books.invoice (member, month, revision, invoice, total_nel)
    values (${people[owner].address}, ${month}, 1, ${text}, ${totalNel})`;
}

/** A released correction of alice2's second day: its run is closed, hence it is billed at the day's mean prices. */
export async function closeRun(db: TestPostgres, { second }: Days): Promise<bigint> {
  const meter = meters.alice2;
  const amount = billAmount({
    importWh: importOf(meter, second),
    exportWh: exportOf(meter, second),
    prices: meanPrices(pricesOf(second), Number(genesisParams().tick)),
    feePerDayNel: pricesOf(second).feePerDayNel,
  });
  const [books, prover] = [db.urls.books, db.urls.prover].map((url) => connect({ url, max: 1, application: 'test' }));
  try {
    await fillBook(books, prover, second, 2, [meter], 'released', { [meter]: 'substitute' }, () => amount);
  } finally {
    await Promise.all([books, prover].map((sql) => sql.end({ timeout: 5 })));
  }
  return amount;
}

async function fillBook(
  sql: Sql,
  prover: Sql,
  day: number,
  version: number,
  of: string[],
  state: string,
  sources: Record<string, string> = {},
  billed: (meter: string) => bigint = (meter) => amountOf(meter, day, version),
): Promise<void> {
  const p = pricesOf(day);
  const hash = bookHashOf(day, version);
  const [totals, one] = version === 1 ? [Array<number>(96).fill(1), '1'] : [null, null]; // a correction has none
  await sql`insert into books.day (day, version, state, roster_digest, frozen_unix_s, book, book_hash, proofs, retail_nel_per_wh,
    feed_in_nel_per_wh, fee_per_day_nel,
      total_import_wh, total_export_wh, buy_nel_per_wh, sell_nel_per_wh, totals_blinding, mask_sum, outside_cost_nel, waiting)
    values (${day}, ${version}, 'drafted', ${bytes(8)}, ${BigInt((day + 1) * 86_400 + 21_600)}, ${bookText(day, version, sources)}, ${hash},
    ${`{"proofs":"${day}:${version}"}`}, ${p.retailNelPerWh},
      ${p.feedInNelPerWh}, ${String(p.feePerDayNel)}, ${totals}, ${totals}, ${p.buyNelPerWh}, ${p.sellNelPerWh}, ${one}, ${one}, ${one},
      ${state === 'proven' ? 'the audit runs' : null})`;
  for (const meter of of) {
    const n = (kind: number) => numberOf(kind, meter, day, version);
    await sql`insert into books.entry (day, version, meter, member, source, import_start_wh, export_start_wh, import_end_wh,
      export_end_wh, import_wh, export_wh, blinding, commitment,
        mask_k, mask_v, mask, amount_nel, bill_blinding, bill, link_open, link_close, masked_sum)
      values (${day}, ${version}, ${meter}, ${people[OWNER[meter]].address}, ${sources[meter] ?? 'metered'}, 1, 2, 3, 4,
      ${importOf(meter, day)}, ${exportOf(meter, day)}, ${bytes(7, 31)}, ${n(4)},
        ${n(2)}, ${n(3)}, ${n(5)}, ${String(billed(meter))}, ${n(1)}, ${n(6)}, ${n(7)}, ${n(8)}, ${n(9)})`;
    await prover`insert into prove.proof (id, circuit, day, version, meter, book_hash, proof, duration_ms)
      values (${`${hash.toString('hex')}:${meter}`}, 'day-bill', ${day}, ${version}, ${meter}, ${hash},
      ${prover.json(proofOf(meter, day, version))}, 800)`;
    if (sources[meter])
      await prover`insert into prove.proof (id, circuit, day, version, meter, book_hash, proof, duration_ms)
        values (${`${hash.toString('hex')}:${meter}:copy`}, 'substitute', ${day}, ${version}, ${meter}, ${hash},
        ${prover.json(proofOf(meter, day + 1000, version))}, 800)`;
  }
  if (state === 'proven') return void (await sql`update books.day set state = 'proven' where day = ${day} and version = ${version}`);
  await sql`update books.day set state = 'released', anchor_height = 4800, released_at = now() where day = ${day} and version = ${version}`;
  await sql.begin(async (tx) => {
    const amounts =
      version === 1
        ? of.map((meter) => [people[OWNER[meter]].address, amountOf(meter, day)] as const)
        : [[people[OWNER[of[0]]].address, billed(of[0]) - amountOf(of[0], day)] as const];
    const by = new Map<string, bigint>();
    for (const [address, amount] of amounts) by.set(address, (by.get(address) ?? 0n) + amount);
    const total = [...by.values()].reduce((a, b) => a + b, 0n);
    for (const [account, amount] of [
      ...[...by].map(([address, amount]) => [`member:${address}`, amount] as const),
      ['fund', -total] as const,
    ]) {
      await tx`insert into books.posting (journal, account, amount_nel, day, version)
        values (${`day:${day}:${version}`}, ${account}, ${String(amount)}, ${day}, ${version})`;
    }
  });
}
