/** The one reader of genesis.json, on what the rooms that read it once refused each for itself, and on what all of them took. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { keyIds } from '../../../test/kit/development-keys.ts';
import { FIRST_DAY, genesisAddress, genesisChange, genesisHistory, genesisJson, genesisMeter } from '../../../test/kit/genesis.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { ProtocolError } from '../values/errors.ts';
import { PRODUCTION, readGenesis } from './index.ts';

interface Refusal {
  what: string;
  /** path below app_state.meter, or below the document where `top` */
  at: (string | number)[];
  top?: true;
  /** absent: the value is taken away */
  value?: unknown;
  field: string;
}
const refusals: Refusal[] = JSON.parse(readFileSync(new URL('./testdata/refusals.json', import.meta.url), 'utf8'));

/** The complete genesis with one value changed. */
function changed({ at, top, ...rest }: Refusal): unknown {
  const doc = genesisJson((state) => Object.assign(state, genesisHistory(), { validator_changes: [genesisChange(9, '1')] }));
  const path = [...at];
  const last = path.pop()!;
  const parent = path.reduce<Untyped>((node, key) => node[key], top ? doc : doc.app_state.meter);
  if (Object.hasOwn(rest, 'value')) parent[last] = rest.value;
  else delete parent[last];
  return doc;
}

describe('a genesis', () => {
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
      nodeKeys: [{ epoch: 1, effectiveUnixS: 1_782_896_400 }],
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
  });
  test('is the same whether bare or as an RPC wraps it, its lists null, empty or absent, its 64-bit integers strings or numbers', () => {
    const { document: _, ...expected } = readGenesis(genesisJson());
    for (const value of [
      { jsonrpc: '2.0', id: 1, result: { genesis: genesisJson() } },
      { result: { genesis: genesisJson() } },
      { genesis: genesisJson() },
    ]) {
      const { document: __, ...found } = readGenesis(value);
      expect(found).toEqual(expected);
    }
    const {
      document: ___,
      hash: ____,
      ...other
    } = readGenesis(
      genesisJson((state) => {
        state.commitments = [];
        delete state.disputes;
        state.params.grace_s = 21_600;
        state.meters[2].consensus_key = '';
        delete state.meters[0].last_day;
      }),
    );
    expect({ ...other, hash: expected.hash }).toEqual(expected);
  });
  test('of a continued chain has its history, at heights of this chain', () => {
    const { commitments, rosters, anchors, clock, ...genesis } = readGenesis(
      genesisJson(
        (state) => Object.assign(state, genesisHistory(), { clock: { start_unix_s: '5', rate: '60', genesis_unix_s: '1782896000' } }),
        {
          initial_height: '902',
        },
      ),
    );
    expect(commitments).toMatchObject([{ day: FIRST_DAY, height: 900 }]);
    expect(rosters).toMatchObject([{ late: false, height: 899, unixS: 1_782_950_000 }]);
    expect(anchors).toMatchObject([{ version: 1, height: 0 }]); // 902 is above the first block's parent
    expect(clock).toEqual({ startUnixS: 5, rate: 60, genesisUnixS: 1_782_896_000 });
    expect(genesis.beginUnixS).toBe(5 + 400 * 60);
  });
  test.each(refusals)('is refused with $what', (refusal) => {
    const field = refusal.field || 'genesis';
    expect(() => readGenesis(changed(refusal))).toThrow(expect.objectContaining({ name: 'ProtocolError', field }));
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
  const firstSet = (meters: object[] | null, changes: object[] | null = null): number[] =>
    readGenesis(genesisJson((state) => Object.assign(state, { meters, validator_changes: changes })))
      .validators.validators.map(({ publicKey }) => publicKey[0])
      .sort();
  test('is every meter with a consensus key, each of power 1', () => {
    expect(
      firstSet([genesisMeter(1), genesisMeter(4, { consensus_key: null }), genesisMeter(5, { consensus_key: undefined }), genesisMeter(2)]),
    ).toEqual([1, 2]);
    expect(readGenesis(genesisJson()).validators.totalPower).toBe(2n);
    expect(firstSet(null)).toEqual([]);
  });
  test('leaves out who waits to begin, and nobody else: a retired meter has power while it has a key', () => {
    const retired = genesisMeter(2, { last_day: FIRST_DAY + 9 });
    expect(firstSet([genesisMeter(1), genesisMeter(2)], [genesisChange(2, '1')])).toEqual([1]);
    expect(firstSet([genesisMeter(1), retired])).toEqual([1, 2]);
    expect(firstSet([genesisMeter(1), retired], [genesisChange(2, '0')])).toEqual([1, 2]);
  });
  test('comes with the changes that wait', () => {
    const change = genesisChange(2, '0', { asked: true, height: '5', due_unix_s: '1782960000' });
    const { changes } = readGenesis(genesisJson((state) => Object.assign(state, { validator_changes: [change, genesisChange(1, '1')] })));
    expect(changes).toMatchObject([
      { meter: genesisAddress(2), power: 0n, dueUnixS: 1_782_960_000, asked: true, vetoedBy: [], height: 0 },
      { meter: genesisAddress(1), power: 1n, asked: false, vetoedBy: [genesisAddress(3)] },
    ]);
  });
});
