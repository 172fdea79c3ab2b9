/**
 * The real chain's headers and proofs, as its RPC gave them (test/kit/record-light.ts): what the other tests build by hand is held against
 * these.
 */

import { readFileSync } from 'node:fs';
import { fromBase64, toBase64 } from '@cosmjs/encoding';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { CommitmentProof } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../../test/kit/light/forge.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import type { CommitJson, HeaderJson, ValidatorJson } from '../../protocol/comet/index.ts';
import { verifyZip215 } from '../../protocol/comet/index.ts';
import { readGenesis } from '../../protocol/genesis/index.ts';
import type { Entry, LightBlock, LightState, ProofOps } from './index.ts';
import * as light from './index.ts';

interface Proven {
  key: string;
  ops: ProofOps;
}
interface Recorded {
  chainId: string;
  day: number;
  state: number;
  meters: string[];
  genesis: Untyped;
  sets: Record<string, ValidatorJson[]>;
  blocks: { header: HeaderJson; commit: CommitJson }[];
  fork: { header: HeaderJson; commit: CommitJson };
  proofs: Record<string, Proven>;
  ranges: Record<string, { from: string; to: string; steps: ProofOps[] }>;
  otherStore: Proven;
  /** of one key, before and after the block that set it */
  before: Proven;
  after: Proven;
}
const chain = JSON.parse(readFileSync(new URL('./testdata/chain.json', import.meta.url), 'utf8')) as Recorded;
const blockOf = (signed: { header: HeaderJson; commit: CommitJson }): LightBlock => ({
  signed_header: signed,
  validator_set: { validators: chain.sets[signed.header.validators_hash] },
});
const blocks = chain.blocks.map(blockOf);
const heightOf = ({ signed_header: { header } }: LightBlock): number => Number(header.height);
const at = (height: number): LightBlock => blocks.find((block) => heightOf(block) === height)!;
const genesis = light.readGenesisTrust(chain.genesis);
const start = (): LightState => light.startFromGenesis(genesis);
const audited = light.acceptAll(start(), blocks);

describe('headers of the real chain', () => {
  test('are accepted from genesis, through 4 → 5 → 4 four times, to a set of which nobody was there at first', () => {
    expect(audited.headers.size).toBe(blocks.length);
    const sizes = Object.values(chain.sets).map((set) => set.length);
    expect(sizes).toEqual([4, 5, 4, 5, 4, 5, 4, 5, 4]);
    const last = new Set(blocks.at(-1)!.validator_set.validators.map(({ address }) => address));
    expect(blocks[0].validator_set.validators.some(({ address }) => last.has(address))).toBe(false);
  });
  test('are accepted by their changes alone', () => {
    const turns = blocks.filter(({ signed_header: { header } }) => header.validators_hash !== header.next_validators_hash);
    expect(turns).toHaveLength(8);
    expect(light.acceptAll(start(), [...turns, blocks.at(-1)!]).last!.hash).toEqual(audited.last!.hash);
    for (let missing = 0; missing < turns.length; missing++)
      expect(refusal(() => light.acceptAll(start(), [...turns.toSpliced(missing, 1), blocks.at(-1)!]))).toBe('unknown-validators');
  });
  test('keep their nanoseconds, and tell chain time by the genesis’s clock', () => {
    const header = audited.headers.get(chain.state)!;
    expect(header.time).toBe(at(chain.state).signed_header.header.time);
    const elapsedNs =
      (BigInt(header.timeUnixS) - BigInt(Date.parse(genesis.genesisTime) / 1000)) * 1_000_000_000n + BigInt(header.timeNanos);
    expect(light.chainUnixS(genesis.clock, header)).toBe(
      genesis.clock.startUnixS + Number((elapsedNs * BigInt(genesis.clock.rate)) / 1_000_000_000n),
    );
  });
  test('can be skipped to from a trusted one while a third of it is still there, and not beyond', () => {
    const nowUnixS = audited.headers.get(chain.state)!.timeUnixS + 60;
    const from = (height: number): LightState =>
      light.accept(
        light.startFromHeader({
          chainId: chain.chainId,
          height,
          hash: bytesToHex(audited.headers.get(height)!.hash),
          trustPeriodS: 1_209_600,
          nowUnixS,
        }),
        at(height),
      );
    const turned = blocks.map(heightOf);
    expect(refusal(() => light.accept(from(1), at(turned[6])))).toBe('accepted'); // one of four replaced
    expect(refusal(() => light.accept(from(1), blocks.at(-1)!))).toBe('insufficient-trust'); // all of them
    expect(refusal(() => light.acceptAll(from(1), blocks.slice(1)))).toBe('accepted');
  });
  test('conflict with one that the same validators signed at the same height', () => {
    const evidence = light.conflict(at(chain.state + 1), blockOf(chain.fork), audited)!;
    expect(evidence.height).toBe(chain.state + 1);
    expect(evidence.doubleSigners.length).toBeGreaterThanOrEqual(3);
    expect(refusal(() => light.accept(audited, blockOf(chain.fork)))).toBe('conflicting-headers');
    const before = light.acceptAll(
      start(),
      blocks.filter((block) => heightOf(block) <= chain.state),
    );
    expect(refusal(() => light.accept(before, blockOf(chain.fork)))).toBe('accepted'); // alone it cannot be told
  });
  test('are as true for a browser’s verifier', () =>
    expect(light.acceptAll(start(), blocks.slice(0, 6), verifyZip215).headers.size).toBe(6));
  test('take a few milliseconds each', () => {
    const begun = process.cpuUsage();
    for (let i = 0; i < 5; i++) light.acceptAll(start(), blocks);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1000 / (5 * blocks.length)).toBeLessThan(15); // CPU time: other programs run here too
  });
});

const appHash = light.appHashAfter(audited, chain.state);
const show = ({ key, ops }: Proven) => light.verifyState(appHash, light.METER_STORE, hexToBytes(key), ops);
const entryOf = (proven: Proven): Entry => {
  const shown = show(proven);
  if (shown.absent) throw new Error('absent');
  return { key: hexToBytes(proven.key), value: shown.value };
};
const { proofs, ranges, day, meters } = chain;
const [first, , , , disputed, quiet] = meters;

describe('state of the real chain', () => {
  test('is there under the keys of keys.ts', () => {
    const { stateKeys } = light;
    const expected: Record<string, Uint8Array> = {
      params: stateKeys.params(),
      genesisHash: stateKeys.genesisHash(),
      meter: stateKeys.meter(first),
      nodeKey: stateKeys.nodeKey(1),
      roster: stateKeys.roster(day, false),
      dispute: stateKeys.dispute(day, first),
      anchor: stateKeys.anchor(day, 1),
      noBill: stateKeys.noBill(day, disputed),
      tariff: stateKeys.tariff(20_000),
    };
    for (const [name, key] of Object.entries(expected)) {
      expect(proofs[name].key, name).toBe(bytesToHex(key));
      expect(show(proofs[name]).absent, name).toBe(false);
    }
  });
  test('reads as the chain’s values', () => {
    const { params } = chain.genesis.app_state.meter;
    expect(light.readParams(entryOf(proofs.params))).toMatchObject({
      graceS: Number(params.grace_s),
      tick: Number(params.tick),
      trustPeriodS: 1_209_600,
    });
    expect(light.readGenesisHash(entryOf(proofs.genesisHash))).toBe(readGenesis(chain.genesis).hash);
    expect(light.readMeter(entryOf(proofs.meter))).toMatchObject({ meter: first, firstDay: 20_000, consensusKey: null });
    expect(light.readMeter(entryOf(proofs.meter)).lastDay).toBeGreaterThan(20_000);
    expect(light.readNodeKey(entryOf(proofs.nodeKey))).toMatchObject({ epoch: 1 });
    const { roster, late } = light.readRoster(entryOf(proofs.roster));
    expect([roster.day, late, roster.meters.map(({ meter }) => meter).sort()]).toEqual([day, false, [first, disputed, quiet].sort()]);
    expect(
      roster.meters
        .filter(({ commitment }) => commitment !== null)
        .map(({ meter }) => meter)
        .sort(),
    ).toEqual([first, disputed].sort());
    expect(light.readDispute(entryOf(proofs.dispute))).toMatchObject({ meter: first, day, reason: 'does not open' });
    expect(light.readAnchor(entryOf(proofs.anchor))).toMatchObject({ day, version: 1, bookHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(light.readNoBill(entryOf(proofs.noBill))).toMatchObject({ meter: disputed, day });
  });
  test('is absent where the chain has nothing', () => {
    for (const name of ['noLateRoster', 'noDispute', 'noSecondVersion', 'noNoBill', 'noNodeKey', 'noMeter', 'beyondTheLast'])
      expect(show(proofs[name]).absent, name).toBe(true);
    expect(show(proofs.beyondTheLast)).toMatchObject({ right: null });
  });
  test('tells the tariff in force: the nearest at or before the day', () => {
    const inForce = (on: number, name: string) => light.readTariffInForce(on, show(proofs[name]));
    expect(inForce(20_000, 'tariff').fromDay).toBe(20_000);
    expect(inForce(day + 1, 'tariffInForce').fromDay).toBe(20_000);
    expect(inForce(day + 1001, 'tariffAnnounced')).toMatchObject({
      fromDay: day + 1000,
      feePerDayNel: 1n,
      feedInNelPerWh: expect.arrayContaining([-2000]),
    });
    expect(refusal(() => inForce(0, 'noTariff'))).toBe('bad-value');
  });
  test('shows whole ranges', () => {
    const { stateRanges } = light;
    const range = (name: string, { from, to }: light.KeyRange) => {
      expect([ranges[name].from, ranges[name].to]).toEqual([from, to].map(bytesToHex));
      return light.verifyRange(appHash, light.METER_STORE, from, to, ranges[name].steps).entries;
    };
    expect(
      range('disputes', stateRanges.disputes(day))
        .map((entry) => light.readDispute(entry).meter)
        .sort(),
    ).toEqual([first, disputed].sort());
    expect(range('anchors', stateRanges.anchors(day)).map((entry) => light.readAnchor(entry).version)).toEqual([1]);
    expect(
      range('noBills', stateRanges.noBills(day))
        .map((entry) => light.readNoBill(entry).meter)
        .sort(),
    ).toEqual([first, disputed].sort());
    expect(range('noDisputes', stateRanges.disputes(day + 1))).toEqual([]);
    expect(range('meters', stateRanges.meters()).map((entry) => light.readMeter(entry).meter)).toEqual(expect.arrayContaining(meters));
    const powers = range('meters', stateRanges.meters()).map((entry) => light.readMeter(entry).consensusKey !== null);
    expect(powers.sort()).toEqual([...Array(6).fill(false), ...Array(4).fill(true)]); // the first validators have left, and keep no key
    expect(range('tariffs', stateRanges.tariffs()).map((entry) => light.readTariff(entry).fromDay)).toEqual([20_000, day + 1000]);
    for (let i = 0; i < 3; i++) {
      const { from, to } = stateRanges.disputes(day);
      expect(
        refusal(() => light.verifyRange(appHash, light.METER_STORE, from, to, ranges.disputes.steps.toSpliced(i, 1))),
        `without step ${i}`,
      ).toMatch(/^(wrong-key|incomplete-range)$/);
    }
  });
  test('shows the chain’s log to its end, from its first entry as from any other', () => {
    const logged = (from: number, { steps }: { steps: ProofOps[] }) => {
      const range = light.stateRanges.log(from);
      return light.readLog(from, light.verifyRange(appHash, light.METER_STORE, range.from, range.to, steps).entries);
    };
    const { entries, nextSeq } = logged(1, ranges.log);
    expect(entries.map(({ kind, day: of, meter }) => [kind, of, meter])).toEqual([
      ['dispute', day, first],
      ['dispute', day, disputed],
      ['no-bill', day, disputed],
      ['no-bill', day, first],
    ]);
    expect(nextSeq).toBe(5);
    expect(logged(3, ranges.logFromThree)).toEqual({ entries: entries.slice(2), nextSeq });
    expect(logged(3, { steps: ranges.log.steps.slice(2) })).toEqual({ entries: entries.slice(2), nextSeq });
    expect(refusal(() => logged(1, { steps: ranges.log.steps.slice(0, -1) }))).toMatch(/^(wrong-key|incomplete-range)$/);
  });
  test('is proven against the next header’s app hash, and not against its own’s', () => {
    const under =
      (height: number, { key, ops }: Proven) =>
      () =>
        light.verifyState(audited.headers.get(height)!.appHash, light.METER_STORE, hexToBytes(key), ops);
    expect(under(chain.state + 1, chain.after)().absent).toBe(false);
    expect(under(chain.state, chain.before)().absent).toBe(true);
    expect(refusal(under(chain.state, chain.after))).toBe('wrong-root');
    expect(refusal(under(chain.state + 1, chain.before))).toBe('wrong-root');
    expect(refusal(() => light.appHashAfter(audited, 50_000))).toBe('wrong-block');
  });
  test('is refused from another store, though the same app hash vouches for it', () => {
    expect(refusal(() => show(chain.otherStore))).toBe('wrong-store');
    expect(refusal(() => light.verifyState(appHash, 'consensus', hexToBytes(chain.otherStore.key), chain.otherStore.ops))).toBe('accepted');
    const mixed = [chain.otherStore.ops[0], proofs.params.ops[1]];
    expect(refusal(() => show({ key: chain.otherStore.key, ops: mixed }))).toBe('wrong-root');
  });
  test('is refused with a tampered value', () => {
    const { key, ops } = proofs.anchor;
    const proof = CommitmentProof.decode(fromBase64(ops[0].data));
    proof.exist!.value[proof.exist!.value.length - 1] ^= 1;
    expect(refusal(() => show({ key, ops: [{ ...ops[0], data: toBase64(CommitmentProof.encode(proof).finish()) }, ops[1]] }))).toBe(
      'wrong-root',
    );
  });
});

describe('a proven value is refused', () => {
  const roster = entryOf(proofs.roster);
  const dispute = entryOf(proofs.dispute);
  test('under another key than its own', () => {
    expect(refusal(() => light.readDispute({ ...dispute, key: light.stateKeys.dispute(day, quiet) }))).toBe('bad-value');
    expect(refusal(() => light.readRoster({ ...roster, key: light.stateKeys.roster(day, true) }))).toBe('bad-value');
    expect(refusal(() => light.readNoBill(dispute))).toBe('bad-value');
  });
  test('with anything unknown or left over in it', () => {
    for (const more of [[0xf8, 0x01, 0x01], [0x20, 0x00], [0xff]])
      expect(refusal(() => light.readDispute({ ...dispute, value: Uint8Array.from([...dispute.value, ...more]) }))).toBe('bad-value');
    expect(refusal(() => light.readDispute({ ...dispute, value: dispute.value.slice(0, -1) }))).toBe('bad-value');
  });
  test('when a roster’s digest is not of its encoding', () => {
    const value = roster.value.slice();
    value[value.length - 60] ^= 1; // inside the last entry
    expect(refusal(() => light.readRoster({ ...roster, value }))).toBe('bad-value');
  });
});
