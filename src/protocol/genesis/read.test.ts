/** The one reader of genesis.json, on what it makes of a document. What it refuses: geneses.test.ts. */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { keyIds } from '../../../test/kit/development-keys.ts';
import { consensusKey, FIRST_DAY, genesisAddress, genesisJson, genesisMeter } from '../../../test/kit/genesis.ts';
import { genesisCases } from '../../../test/kit/genesis-table.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { accountText } from '../values/address.ts';
import { ProtocolError } from '../values/errors.ts';
import { PRODUCTION, readGenesis, readUnsignedGenesis } from './index.ts';

const caseOf = (of: string): Untyped => JSON.parse(genesisCases.find((one) => one.of === of && one.what === 'as it is')!.document);

describe('a genesis', () => {
  test('has as many meters as a chain may have, and no more', () => {
    const of = (count: number) =>
      genesisJson((state) => {
        for (let n = state.meters.length; n < count; n++) {
          const bytes = Buffer.alloc(20);
          bytes.writeUInt32BE(n);
          state.meters.push(genesisMeter(1, { address: accountText(bytes), consensus_key: null, max_wh_per_slot: 100 }));
        }
      });
    expect(readGenesis(of(4096)).meters).toHaveLength(4096);
    expect(() => readGenesis(of(4097))).toThrow(expect.objectContaining({ field: 'genesis.app_state.meter.meters' }));
  });
  test('is read whole', () => {
    const genesis = readGenesis(genesisJson());
    expect(genesis).toMatchObject({
      chainId: 'electra-rural-5eed0001',
      genesisTimeS: 1_782_896_400,
      initialHeight: 1,
      clock: { startUnixS: 1_782_896_400, rate: 1, genesisUnixS: 1_782_896_400 },
      beginUnixS: 1_782_896_400,
      operator: genesisAddress(99),
      params: PRODUCTION,
      keyIds: keyIds(),
    });
    expect(genesis.meters[2]).toEqual({
      meter: genesisAddress(3),
      member: genesisAddress(100),
      firstDay: FIRST_DAY,
      lastDay: null,
      serviceDay: null,
      maxWhPerSlot: 20_000,
      consensusKey: null,
      enrolledHeight: 0,
    });
    expect(genesis.validators.validators).toHaveLength(2);
    expect(readGenesis(caseOf('fresh')).nodeKeys).toMatchObject([{ epoch: 1, effectiveUnixS: 1_782_896_400 }]);
  });
  test('is the same whether bare or as an RPC wraps it', () => {
    const { document: _, ...expected } = readGenesis(genesisJson());
    for (const value of [
      { jsonrpc: '2.0', id: 1, result: { genesis: genesisJson() } },
      { result: { genesis: genesisJson() } },
      { genesis: genesisJson() },
    ]) {
      const { document: __, ...found } = readGenesis(value);
      expect(found).toEqual(expected);
    }
  });
  test('of a continued chain has its history, at heights of this chain', () => {
    const doc = caseOf('continued');
    doc.initial_height = '902';
    const { commitments, rosters, anchors, clock, finalReadings, beginUnixS, genesisTimeS } = readUnsignedGenesis(doc);
    expect(commitments).toMatchObject([
      { day: FIRST_DAY + 2, height: 900 },
      { day: FIRST_DAY + 2, height: 900 },
      { day: FIRST_DAY + 3, height: 901 },
    ]);
    expect(rosters[0]).toMatchObject({ day: FIRST_DAY, late: false, height: 899 });
    expect(anchors[0]).toMatchObject({ version: 1, height: 0 }); // 902 is above the first block's parent
    expect(finalReadings[0]).toMatchObject({ objectedHeight: 0 });
    expect(clock).toEqual({ startUnixS: 1_782_896_400, rate: 1, genesisUnixS: 1_782_896_400 });
    expect(beginUnixS).toBe(genesisTimeS);
  });
  test.each([null, [], 'genesis', 7, {}, { result: null }])('is no %j', (value) => expect(() => readGenesis(value)).toThrow(ProtocolError));
});

describe('its hash', () => {
  const sha256 = (value: unknown) => createHash('sha256').update(canonicalize(value)!).digest('hex');
  test('is of the part that matters, which is all that is kept of it', () => {
    const doc = { ...genesisJson(), validators: [{ power: '1' }], consensus: {}, app_hash: '' };
    const { chain_id, genesis_time, initial_height, app_state } = doc as Record<string, Untyped>;
    const { hash, document } = readGenesis(doc);
    expect(document).toEqual({ chain_id, genesis_time, initial_height, app_state: { meter: app_state.meter } });
    expect(hash).toBe(sha256(document));
    expect(readGenesis(document)).toMatchObject({ hash, document });
  });
  test('is another for any other state', () => {
    const { hash } = readGenesis(genesisJson());
    expect(readGenesis(genesisJson((state) => (state.operator = genesisAddress(98)))).hash).not.toBe(hash);
    expect(readGenesis(genesisJson(() => {}, { initial_height: '2' })).hash).not.toBe(hash);
  });
});

describe('the first set', () => {
  const keysOf = (document: unknown): string[] =>
    readGenesis(document)
      .validators.validators.map(({ publicKey }) => Buffer.from(publicKey).toString('base64'))
      .sort();
  const keys = (...numbers: number[]): string[] => numbers.map(consensusKey).sort();
  test('is every meter with a consensus key, each of power 1', () => {
    const meters = [genesisMeter(1), genesisMeter(4, { consensus_key: null }), genesisMeter(2)];
    expect(keysOf(genesisJson((state) => Object.assign(state, { meters })))).toEqual(keys(1, 2));
    expect(readGenesis(genesisJson()).validators.totalPower).toBe(2n);
  });
  test('leaves out who waits to begin, and nobody else: one that leaves has power until then', () => {
    expect(keysOf(caseOf('continued'))).toEqual(keys(1, 2));
  });
  test('comes with the changes that wait', () => {
    expect(readGenesis(caseOf('continued')).changes).toMatchObject([
      { meter: genesisAddress(2), power: 0n, asked: true, vetoedBy: [], height: 7 },
      { meter: genesisAddress(4), power: 1n, asked: false, vetoedBy: [genesisAddress(1)], height: 8 },
    ]);
  });
});
