/**
 * A small community whose chain rows are written by hand, as the indexer would write them: for tests of the books without a chain. Boxes
 * are really sealed to a real vault's key, commitments and rosters are real.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from '../../../src/node/db/index.ts';
import { connect } from '../../../src/node/db/index.ts';
import { ensureIndexSchema } from '../../../src/node/indexer/write/schema.ts';
import { keysJson } from '../../../src/protocol/genesis/index.ts';
import {
  accountText,
  COPY_WITHIN_DAYS,
  commitDay,
  compareAddresses,
  DAY_S,
  dayToDate,
  encodeLogFile,
  encodeRoster,
  encodeStateFile,
  fieldToBytes,
  gridId,
  MAIN_CIRCUIT_NAMES,
  meterTag,
  rosterDigest,
} from '../../../src/protocol/index.ts';
import { encodeReport } from '../../../src/protocol/meter/report.ts';
import { sealBox } from '../../../src/protocol/meter/seal.ts';
import type { Statement } from '../../../src/protocol/meter/statement.ts';
import { encodeStatement } from '../../../src/protocol/meter/statement.ts';
import { mainKeyBytes } from '../development-keys.ts';
import { genesisMeter, genesisParams, genesisState, genesisTariff } from '../genesis.ts';

export const address = (seed: string): string => accountText(createHash('sha256').update(seed).digest().subarray(0, 20));

/** Draws of a test that must be repeatable. */
export function seededInts(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export interface TestMeter {
  meter: string;
  member: string;
  maxWh: number;
}
export interface StatementOptions {
  statement: Statement;
  keyEpoch?: number;
  commitment?: bigint;
  sealed?: Uint8Array;
}

const GRACE_S = 100;
const LATE_S = 2_592_000;
export const TARIFF = {
  rule: 'mid-market/1',
  retailNelPerWh: Array<number>(96).fill(300_000),
  feedInNelPerWh: Array<number>(96).fill(80_000),
  feePerDayNel: 250_000_000n,
};

export const SHARED_TARIFF = {
  rule: 'shared/1',
  retailNelPerWh: Array<number>(96).fill(191_000),
  feedInNelPerWh: Array<number>(96).fill(0),
  feePerDayNel: 250_000_000n,
};

/** The index of one chain. Every call is one block. */
export class IndexRows {
  readonly sql: Sql;
  readonly chainId: string;
  readonly nodeKey: Uint8Array;
  readonly meters: TestMeter[];
  readonly firstDay: number;
  /** its members are communities */
  readonly shared: boolean;
  height = 0;

  private constructor(sql: Sql, chainId: string, nodeKey: Uint8Array, meters: TestMeter[], firstDay: number, shared: boolean) {
    this.shared = shared;
    this.sql = sql;
    this.chainId = chainId;
    this.nodeKey = nodeKey;
    this.meters = meters;
    this.firstDay = firstDay;
  }

  static async create({
    indexerUrl,
    chainId = 'electra-rural-5eed0001',
    nodeKey,
    meters,
    firstDay = 20_635,
    shared = false,
  }: {
    indexerUrl: string;
    chainId?: string;
    nodeKey: string;
    meters: TestMeter[];
    firstDay?: number;
    shared?: boolean;
  }): Promise<IndexRows> {
    const sql = connect({ url: indexerUrl, max: 2, application: 'test index' });
    await ensureIndexSchema(sql);
    const rows = new IndexRows(
      sql,
      chainId,
      Uint8Array.from(Buffer.from(nodeKey, 'hex')),
      [...meters].sort((a, b) => compareAddresses(a.meter, b.meter)),
      firstDay,
      shared,
    );
    const zero = Buffer.alloc(32);
    await sql`insert into chain.cursor (chain_id, height, block_hash, app_hash, validators_hash, next_validators_hash, results_height,
      results_hash, chain_unix_s, digest)
      values (${chainId}, 0, ${zero}, ${zero}, ${zero}, ${zero}, 0, ${zero}, ${firstDay * DAY_S}, ${zero})`;
    const genesis = rows.genesis();
    await sql`insert into chain.genesis (genesis, hash) values (${sql.json(genesis as never)}, ${zero})`;
    for (const m of rows.meters) {
      await sql`insert into chain.meter (id, address, member, first_day, max_wh_per_slot, enrolled_height)
        values (${m.meter}, ${randomBytes(20)}, ${m.member}, ${firstDay}, ${m.maxWh}, 0)`;
    }
    await rows.tariff(firstDay, shared ? SHARED_TARIFF : TARIFF);
    await rows.publishKey(1, nodeKey);
    return rows;
  }

  /** As electrad would have written it for these meters. */
  private genesis() {
    const { meters, firstDay, chainId, shared } = this;
    const state = genesisState({
      params: genesisParams({
        grace_s: String(GRACE_S),
        grace_blocks: '1',
        late_s: shared ? '0' : String(LATE_S),
        ...(shared && { rule: 'shared/1' }),
      }),
      ...(shared && { verification_keys: keysJson(MAIN_CIRCUIT_NAMES, mainKeyBytes()) }),
      clock: { start_unix_s: String(firstDay * DAY_S), rate: '1', genesis_unix_s: '0' },
      operator: address('operator'),
      meters: meters.map((m, i) =>
        genesisMeter(i + 1, {
          address: m.meter,
          member: m.member,
          first_day: firstDay,
          max_wh_per_slot: m.maxWh,
          ...(i > 0 && { consensus_key: null }),
        }),
      ),
      tariffs: [genesisTariff(firstDay, shared ? SHARED_TARIFF : TARIFF)],
    });
    return { chain_id: chainId, genesis_time: `${dayToDate(firstDay)}T00:00:00Z`, app_state: { meter: state } };
  }

  async tariff(fromDay: number, tariff: typeof TARIFF | typeof SHARED_TARIFF): Promise<void> {
    await this.sql`insert into chain.tariff (id, from_day, rule, retail_nel_per_wh, feed_in_nel_per_wh, fee_per_day_nel, height)
      values (${`${fromDay}-${this.height}`}, ${fromDay}, ${tariff.rule}, ${tariff.retailNelPerWh}, ${tariff.feedInNelPerWh},
      ${String(tariff.feePerDayNel)}, ${this.height})`;
  }

  async publishKey(epoch: number, keyHex: string): Promise<void> {
    await this.sql`insert into chain.node_key (id, epoch, key, height, effective_unix_s)
        values (${String(epoch)}, ${epoch}, ${Buffer.from(keyHex, 'hex')}, ${this.height}, 0)`;
  }

  /** Ends the block: its rows count from now on. */
  async commit({ unixS }: { unixS?: number } = {}): Promise<void> {
    await this.sql`update chain.cursor set height = ${this.height}, results_height = ${this.height},
        chain_unix_s = coalesce(${unixS ?? null}::int8, chain_unix_s)`;
    await this.sql`notify electra_chain`;
  }

  commitmentOf(meter: string, statement: Statement): bigint {
    return commitDay({ ...statement, gridId: gridId(this.chainId), meterTag: meterTag(meter), day: statement.day });
  }

  async statement(meter: string, { statement, keyEpoch = 1, commitment, sealed }: StatementOptions): Promise<void> {
    this.height++;
    const box =
      sealed ??
      sealBox(encodeStatement(statement, { chainId: this.chainId, meter, keyEpoch }), this.nodeKey, new Uint8Array(randomBytes(32)));
    const C = fieldToBytes(commitment ?? this.commitmentOf(meter, statement));
    await this.sql`insert into chain.sealed_statement (id, meter, day, key_epoch, commitment, sealed, height)
      values (${`${meter}-${statement.day}`}, ${meter}, ${statement.day}, ${keyEpoch}, ${Buffer.from(C)}, ${Buffer.from(box)},
      ${this.height})`;
    await this.commit();
  }

  async reports(meter: string, slots: readonly number[], keyEpoch = 1): Promise<void> {
    this.height++;
    for (const slot of slots) {
      const box = sealBox(
        encodeReport(
          { slot, importRegisterWh: BigInt(slot), exportRegisterWh: 0n, powerW: 5, flags: 0 },
          { chainId: this.chainId, meter, keyEpoch },
        ),
        this.nodeKey,
        new Uint8Array(randomBytes(32)),
      );
      await this.sql`insert into chain.sealed_report (id, meter, slot, key_epoch, sealed, height)
          values (${`${meter}-${slot}`}, ${meter}, ${slot}, ${keyEpoch}, ${Buffer.from(box)}, ${this.height})`;
    }
    await this.commit();
  }

  /** A signed header that the index keeps for auditors; no real one. */
  async header(height: number): Promise<void> {
    const header = { chain_id: this.chainId, height: `${height}`, validators_hash: 'AB'.repeat(32) };
    await this.sql`insert into chain.light_block (height, turn, block)
        values (${height}, false, ${JSON.stringify({ header, commit: {}, validators: [] })}) on conflict do nothing`;
  }

  /**
   * What the index keeps for auditors of a day whose book is anchored, and verified, and of those before the first roster. Not proofs:
   * whoever audits brings a chain (test/kit/audit/chain.ts).
   */
  async evidence(...days: number[]): Promise<void> {
    const [proof, height] = ['AAAA', this.height];
    const state = {
      chainId: this.chainId,
      height,
      store: proof,
      genesis: proof,
      roster: proof,
      lateRoster: proof,
      tariff: proof,
      nextSeq: proof,
      anchors: [proof],
      proven: [proof],
      disputes: [proof],
      noBills: [proof],
      finalReadings: [proof],
      slotPrices: [proof],
      following: { roster: proof, anchor: proof, proven: proof },
    };
    await this.header(height + 1);
    const log = { chainId: this.chainId, height, store: proof, from: 1, proofs: [proof], rotations: [proof] };
    await this.sql`insert into chain.log_proof (height, first_seq, next_seq, file) values (${height}, 1, 1, ${encodeLogFile(log)})
        on conflict (one) do update set height = excluded.height, file = excluded.file`;
    const before = Array.from({ length: COPY_WITHIN_DAYS }, (_, i) => this.firstDay - i - 1);
    for (const day of [...days, ...before]) {
      await this.sql`insert into chain.evidence (day, height, next_seq, state)
          values (${day}, ${height}, 1, ${encodeStateFile({ ...state, day })}) on conflict (day) do update set height = excluded.height,
          state = excluded.state`;
    }
  }

  /** Freezes a day, or its late roster, with the commitments that the chain has by now. */
  async freeze(day: number, { without = [], late = false }: { without?: readonly string[]; late?: boolean } = {}): Promise<string> {
    this.height++;
    const rows = await this.sql<
      { meter: string; commitment: Buffer }[]
    >`select meter, commitment from chain.sealed_statement where day = ${day}`;
    const have = new Map(rows.map((row) => [row.meter, BigInt(`0x${row.commitment.toString('hex')}`)]));
    const encoded = encodeRoster({
      day,
      meters: this.meters
        .filter(({ meter }) => !without.includes(meter))
        .map(({ meter }) => ({ meter, commitment: have.get(meter) ?? null })),
    });
    const digest = rosterDigest(encoded);
    const unixS = (day + 1) * DAY_S + GRACE_S + (late ? LATE_S : 0);
    await this.sql`insert into chain.roster (id, day, late, digest, encoded, height, unix_s)
        values (${`${day}${late ? '-late' : ''}`}, ${day}, ${late}, ${Buffer.from(digest, 'hex')}, ${Buffer.from(encoded)},
        ${this.height}, ${unixS})`;
    await this.commit({ unixS });
    return digest;
  }

  async retire(meter: string, lastDay: number): Promise<void> {
    this.height++;
    await this.sql`update chain.meter set last_day = ${lastDay} where id = ${meter}`;
    await this.commit();
  }

  async finalReading(meter: string, link: Uint8Array, { objected = false } = {}): Promise<void> {
    this.height++;
    await this.sql`insert into chain.final_reading (id, meter, day, link, height, unix_s, objected_height)
        select id, id, last_day, ${Buffer.from(link)}, ${this.height}, (select chain_unix_s from chain.cursor),
          ${objected ? this.height : null}
        from chain.meter where id = ${meter}`;
    await this.commit();
  }

  async dispute(meter: string, day: number, reason: string): Promise<void> {
    this.height++;
    await this.sql`insert into chain.dispute (id, meter, day, reason, height)
        values (${`${meter}-${day}`}, ${meter}, ${day}, ${reason}, ${this.height})`;
    await this.commit();
  }

  /** An anchor, and as of the same block its book as verified: what the chain was sent of it is for those to say who send it. */
  async anchor(day: number, version: number, bookHash: Uint8Array, totals: Uint8Array | null = null): Promise<void> {
    this.height++;
    await this.sql`insert into chain.anchor (id, day, version, book_hash, totals, height, unix_s)
        values (${`${day}-${version}`}, ${day}, ${version}, ${Buffer.from(bookHash)}, ${totals && Buffer.from(totals)}, ${this.height},
        ${(day + 1) * DAY_S + GRACE_S + 60})`;
    await this.sql`insert into chain.proven_book (id, day, version, parts, height, unix_s)
        select id, day, version, 1, height, unix_s from chain.anchor where day = ${day} and version = ${version}
        on conflict (id) do update set height = excluded.height, unix_s = excluded.unix_s`;
    await this.commit();
  }

  /** Whether it was not proven before; anchor() has proven it, unless that was taken back. */
  async prove(day: number, version: number): Promise<boolean> {
    this.height++;
    const made = await this.sql`insert into chain.proven_book (id, day, version, parts, height, unix_s)
        values (${`${day}-${version}`}, ${day}, ${version}, 1, ${this.height}, (select chain_unix_s from chain.cursor))
        on conflict do nothing`;
    await this.commit();
    return made.count > 0;
  }

  async end(): Promise<void> {
    await this.sql.end();
  }
}

/** A statement of small random values. */
export function someStatement(
  day: number,
  int: (below: number) => number,
  start: { importStartWh: bigint; exportStartWh: bigint } = { importStartWh: 0n, exportStartWh: 0n },
  maxWh = 2_000,
): Statement {
  const values = () => Array.from({ length: 96 }, () => int(maxWh));
  return { day, ...start, importWh: values(), exportWh: values(), blinding: new Uint8Array(randomBytes(31)), flags: 0 };
}

export const closing = (s: Statement): { importStartWh: bigint; exportStartWh: bigint } => ({
  importStartWh: s.importStartWh + BigInt(s.importWh.reduce((a, b) => a + b, 0)),
  exportStartWh: s.exportStartWh + BigInt(s.exportWh.reduce((a, b) => a + b, 0)),
});
