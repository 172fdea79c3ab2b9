/**
 * The genesis document: its strict reading, its fingerprint, and the validator set it begins with.
 *
 * Genesis is where trust starts: everything after it is checked against something, so a node that later shows another genesis under the
 * same chain id is refused by the fingerprint kept in Postgres. Heights in an exported state are of the old chain; here they become 0
 * where they lie above this chain's first block.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalPowerSet, readTime } from '../../protocol/comet/index.ts';
import { chainUnixS } from '../../../mappings/clock.ts';
import { blockTime } from './block-time.ts';
import { FatalError } from './errors.ts';
import type { Genesis } from '../../../mappings/genesis.ts';
import type { ValidatorSet } from '../../protocol/comet/index.ts';

const present = z.union([z.string().regex(/^-?\d{1,20}$/), z.number().int()]).transform((value) => BigInt(value));
const integer = present.or(z.undefined().transform(() => 0n));
const number = integer.pipe(z.bigint().min(0n).max(BigInt(Number.MAX_SAFE_INTEGER))).transform(Number);
const bytes = z
  .base64()
  .nullish()
  .transform((value) => new Uint8Array(Buffer.from(value ?? '', 'base64')));
const text = z.string().default('');
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);

const meterState = z.object({
  params: z.looseObject({ grace_s: present, late_s: present }),
  clock: z.object({ start_unix_s: present, rate: present, genesis_unix_s: integer }),
  meters: list(
    z.object({
      address: z.string(),
      member: z.string(),
      first_day: number,
      last_day: number,
      max_wh_per_slot: number,
      consensus_key: bytes,
      enrolled_height: number,
    }),
  ),
  node_keys: list(z.object({ epoch: number, key: bytes, height: number, effective_unix_s: integer })),
  tariffs: list(
    z.object({
      from_day: number,
      rule: text,
      retail_nel_per_wh: z.array(integer),
      feed_in_nel_per_wh: z.array(integer),
      fee_per_day_nel: integer,
      height: number,
    }),
  ),
  commitments: list(z.object({ meter: z.string(), day: number, commitment: bytes, height: number })),
  disputes: list(z.object({ meter: z.string(), day: number, reason: text, height: number })),
  anchors: list(z.object({ day: number, version: number, book_hash: bytes, height: number, unix_s: integer })),
  no_bills: list(z.object({ meter: z.string(), day: number, height: number })),
  validator_changes: list(z.object({ consensus_key: bytes, power: integer })),
  rosters: list(
    z.object({ day: number, late: z.boolean().default(false), digest: bytes, encoded: bytes, height: number, unix_s: integer }),
  ),
});

const document = z.object({
  chain_id: z.string().min(1),
  genesis_time: z.string(),
  initial_height: number,
  app_state: z.object({ meter: meterState }),
});

export interface GenesisDocument {
  chainId: string;
  /** height of the first block */
  initialHeight: number;
  /** for the handlers */
  genesis: Genesis;
  validators: ValidatorSet;
  /** what chain.genesis keeps: chain_id, genesis_time, initial_height, validators and app_state.meter, as the node gave them */
  kept: Record<string, unknown>;
  /** SHA-256 of `kept` in canonical JSON */
  hash: Uint8Array;
}

/** @throws FatalError `bad-genesis`, naming the field. */
export function readGenesis(json: unknown): GenesisDocument {
  const parsed = document.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FatalError('bad-genesis', `genesis ${issue.path.join('.')}: ${issue.message}`);
  }
  const {
    chain_id: chainId,
    initial_height,
    app_state: { meter },
  } = parsed.data;
  const initialHeight = Math.max(initial_height, 1);
  const { genesis_time, initial_height: height, validators, app_state } = json as Record<string, any>;
  const kept = {
    chain_id: chainId,
    genesis_time,
    initial_height: height ?? '1',
    validators: validators ?? [],
    app_state: { meter: app_state.meter },
  };
  return {
    chainId,
    initialHeight,
    kept,
    genesis: toGenesis(meter, initialHeight, genesis_time),
    validators: firstValidators(meter),
    hash: createHash('sha256').update(canonicalize(kept)!).digest(),
  };
}

type MeterState = z.infer<typeof meterState>;

/**
 * The set that x/meter begins with: every consensus key has power 1, except where its beginning is still queued, or its meter is retired and
 * no end is queued any more.
 */
function firstValidators({ meters, validator_changes }: MeterState): ValidatorSet {
  const queued = (begins: boolean) =>
    new Set(validator_changes.filter(({ power }) => (power !== 0n) === begins).map(({ consensus_key }) => bytesToHex(consensus_key)));
  const beginnings = queued(true);
  const ends = queued(false);
  return equalPowerSet(
    meters
      .filter(
        ({ consensus_key: key, last_day }) =>
          key.length > 0 && !beginnings.has(bytesToHex(key)) && (last_day === 0 || ends.has(bytesToHex(key))),
      )
      .map(({ consensus_key }) => consensus_key),
  );
}

/** A fresh genesis leaves open the clock's zero (the genesis time) and the time of keys that hold from the start. */
function toGenesis(state: MeterState, initialHeight: number, genesisTime: string): Genesis {
  const at = (height: number): number => (height < initialHeight ? height : 0);
  const { seconds, nanos } = readTime(genesisTime, 'genesis_time');
  const { params } = state;
  const clock = { startUnixS: state.clock.start_unix_s, rate: state.clock.rate, genesisUnixS: state.clock.genesis_unix_s || seconds };
  const beginUnixS = chainUnixS(clock, blockTime({ seconds, nanos }));
  return {
    clock,
    beginUnixS,
    graceS: params.grace_s,
    lateS: params.late_s,
    meters: state.meters.map((m) => ({
      address: m.address,
      member: m.member,
      firstDay: m.first_day,
      lastDay: m.last_day,
      maxWhPerSlot: m.max_wh_per_slot,
      consensusKey: m.consensus_key,
      enrolledHeight: at(m.enrolled_height),
    })),
    nodeKeys: state.node_keys.map((k) => ({
      epoch: k.epoch,
      key: k.key,
      height: at(k.height),
      effectiveUnixS: k.effective_unix_s || beginUnixS,
    })),
    tariffs: state.tariffs.map((t) => ({
      fromDay: t.from_day,
      rule: t.rule,
      retailNelPerWh: t.retail_nel_per_wh,
      feedInNelPerWh: t.feed_in_nel_per_wh,
      feePerDayNel: t.fee_per_day_nel,
      height: at(t.height),
    })),
    commitments: state.commitments.map((c) => ({ ...c, height: at(c.height) })),
    disputes: state.disputes.map((d) => ({ ...d, height: at(d.height) })),
    anchors: state.anchors.map((a) => ({ day: a.day, version: a.version, bookHash: a.book_hash, height: at(a.height), unixS: a.unix_s })),
    noBills: state.no_bills.map((n) => ({ ...n, height: at(n.height) })),
    rosters: state.rosters.map((r) => ({
      day: r.day,
      late: r.late,
      digest: r.digest,
      encoded: r.encoded,
      height: at(r.height),
      unixS: r.unix_s,
    })),
  };
}
