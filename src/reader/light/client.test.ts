import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../test/kit/light/forge.ts';
import { CHAIN, forge, GENESIS_TIME, hashOfBlock, lacking, named, refusal, setOf, validator } from '../../../test/kit/light/forge.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { verifyZip215 } from '../../protocol/comet/index.ts';
import type { LightBlock, LightState, SavedState } from './index.ts';
import {
  accept,
  acceptAll,
  appHashAfter,
  ConflictError,
  conflict,
  resumeState,
  saveState,
  startFromGenesis,
  startFromHeader,
} from './index.ts';

const four = named('abcd');
const five = named('abcde');
const genesis = (set = four): LightState => startFromGenesis({ chainId: CHAIN, genesisTime: GENESIS_TIME, validators: setOf(set) });
const from = (state: LightState, ...plans: Plan[]): string => refusal(() => acceptAll(state, plans.map(forge)));

describe('from genesis', () => {
  test('accepts headers that more than two thirds of the named set signed, with any heights left out', () => {
    const state = acceptAll(genesis(), [
      forge({ height: 1, set: four }),
      forge({ height: 500, set: four }),
      forge({ height: 90_000, set: four }),
    ]);
    expect([...state.headers.keys()]).toEqual([1, 500, 90_000]);
    expect(state.trustsPastSets).toBe(true);
    expect(bytesToHex(appHashAfter(state, 499)).toUpperCase()).toBe(forge({ height: 500, set: four }).signed_header.header.app_hash);
    expect(refusal(() => appHashAfter(state, 500))).toBe('wrong-block');
  });
  test('is the same with a verifier in JavaScript', () => {
    expect(accept(genesis(), forge({ height: 7, set: four }), verifyZip215).last!.height).toBe(7);
  });
  test('leaves the state it was given alone', () => {
    const before = genesis();
    accept(before, forge({ height: 3, set: four }));
    expect(before.headers.size).toBe(0);
  });
  test('accepts 3 of 4, and refuses 2 of 4', () => {
    expect(from(genesis(), { height: 2, set: four, votes: lacking('d') })).toBe('accepted');
    expect(from(genesis(), { height: 2, set: four, votes: lacking('c', 'd') })).toBe('insufficient-power');
  });
  test('refuses exactly two thirds, and accepts one unit more', () => {
    const nine = named('abcdefghi');
    expect(from(genesis(nine), { height: 2, set: nine, votes: lacking('a', 'b', 'c') })).toBe('insufficient-power'); // 6 of 9
    expect(from(genesis(nine), { height: 2, set: nine, votes: lacking('a', 'b') })).toBe('accepted'); // 7 of 9
    const uneven = [validator('a', 66), validator('b', 1), validator('c', 33)];
    expect(from(genesis(uneven), { height: 2, set: uneven, votes: lacking('b', 'c') })).toBe('insufficient-power'); // 66 of 100
    expect(from(genesis(uneven), { height: 2, set: uneven, votes: lacking('c') })).toBe('accepted'); // 67 of 100
    const thirds = [validator('a', 2), validator('b', 1)];
    expect(from(genesis(thirds), { height: 2, set: thirds, votes: lacking('b') })).toBe('insufficient-power'); // 2 of 3
  });
  test('gives genuine votes for nil no power, and refuses false ones', () => {
    expect(from(genesis(), { height: 2, set: four, votes: (name) => (name === 'a' ? 'nil' : 'block') })).toBe('accepted');
    expect(from(genesis(), { height: 2, set: four, votes: (name) => (name < 'c' ? 'nil' : 'block') })).toBe('insufficient-power');
    const false_ = forge({ height: 2, set: four, votes: (name) => (name === 'a' ? 'nil' : 'block') });
    false_.signed_header.commit.signatures[0].block_id_flag = 2;
    expect(refusal(() => accept(genesis(), false_))).toBe('bad-signature');
  });
  test('follows the set through every announced change, until nobody of the first is left', () => {
    const sets = ['abcd', 'abcde', 'bcde', 'bcdef', 'cdef', 'cdefg', 'defg', 'defgh', 'efgh'].map(named);
    const turns = sets.slice(1).map((next, i) => forge({ height: 100 * (i + 1), set: sets[i], next }));
    const state = acceptAll(genesis(), [...turns, forge({ height: 5000, set: sets.at(-1)! })]);
    expect(state.headers.size).toBe(9);
    expect(state.sets.size).toBe(9);
  });
  test('follows one that grows and shrinks again, 4 → 5 → 4', () => {
    expect(from(genesis(), { height: 10, set: four, next: five }, { height: 20, set: five, next: four }, { height: 30, set: four })).toBe(
      'accepted',
    );
  });
  test('refuses a set that nobody announced, though all of it signed', () => {
    expect(from(genesis(), { height: 10, set: five })).toBe('unknown-validators');
    expect(from(genesis(), { height: 10, set: named('wxyz') })).toBe('unknown-validators');
  });
  test('refuses a jump over a change, and a set that was replaced', () => {
    expect(from(genesis(), { height: 10, set: four, next: five }, { height: 30, set: named('bcde') })).toBe('unknown-validators');
    expect(from(genesis(), { height: 10, set: four, next: five }, { height: 30, set: four })).toBe('unknown-validators');
    expect(from(genesis(), { height: 10, set: four, next: five }, { height: 30, set: five })).toBe('accepted');
  });
  test('refuses a change that too few of the old set signed, whoever else signs', () => {
    expect(
      from(genesis(), { height: 10, set: four, next: named('wxyz'), votes: lacking('a', 'b') }, { height: 11, set: named('wxyz') }),
    ).toBe('insufficient-power');
  });
  test('refuses heights and times that do not rise', () => {
    expect(from(genesis(), { height: 10, set: four }, { height: 9, set: four, atS: 500 })).toBe('not-rising');
    expect(from(resumeState(saveState(accept(genesis(), forge({ height: 10, set: four })))), { height: 10, set: four, atS: 500 })).toBe(
      'not-rising',
    );
    expect(from(genesis(), { height: 10, set: four, atS: 50 }, { height: 11, set: four, atS: 50 })).toBe('not-rising');
    expect(from(genesis(), { height: 1, set: four, atS: -1 })).toBe('not-rising');
    expect(from(genesis(), { height: 1, set: four, atS: 0 })).toBe('accepted'); // the first block's time is the genesis time
  });
  test('holds a header against the one right before it', () => {
    const first = forge({ height: 10, set: four });
    const state = accept(genesis(), first);
    expect(from(state, { height: 11, set: four, lastHash: hashOfBlock(first) })).toBe('accepted');
    expect(from(state, { height: 11, set: four })).toBe('wrong-block');
  });
  test('takes the same header twice without a word', () => {
    const state = accept(genesis(), forge({ height: 10, set: four }));
    expect(accept(state, forge({ height: 10, set: four, votes: lacking('a') }))).toBe(state);
  });
});

describe('a block by itself is refused', () => {
  const refused = (change: (block: LightBlock) => void): string => {
    const block = forge({ height: 10, set: four });
    change(block);
    return refusal(() => accept(genesis(), block));
  };
  test('of another chain', () =>
    expect(from(genesis(), { height: 10, set: four, chainId: 'electra-forged-0badf00e' })).toBe('wrong-chain'));
  test('with its app hash or its announced set changed after signing', () => {
    expect(
      refused(({ signed_header: { header } }) => {
        header.app_hash = header.data_hash;
      }),
    ).toBe('wrong-block');
    expect(
      refused(({ signed_header: { header } }) => {
        header.next_validators_hash = header.data_hash;
      }),
    ).toBe('wrong-block');
  });
  test('with another set than the header names', () => {
    expect(
      refused((block) => {
        block.validator_set = forge({ height: 10, set: five }).validator_set;
      }),
    ).toBe('wrong-block');
  });
  test('with a validator who stands in its set twice', () => {
    const doubled = [...four, four[0]];
    expect(from(genesis(doubled), { height: 10, set: doubled })).toBe('malformed');
  });
  test('without commit, set or header', () => {
    expect(
      refused((block) => {
        delete (block.signed_header as Partial<LightBlock['signed_header']>).commit;
      }),
    ).toBe('malformed');
    expect(
      refused((block) => {
        delete (block as Partial<LightBlock>).validator_set;
      }),
    ).toBe('malformed');
    expect(
      refused((block) => {
        delete (block as Partial<LightBlock>).signed_header;
      }),
    ).toBe('malformed');
    expect(refusal(() => accept(genesis(), null as never))).toBe('malformed');
  });
  test('and never with an error that has no name, whatever stands in it', () => {
    const codes = [
      'accepted',
      'malformed',
      'wrong-chain',
      'wrong-block',
      'not-rising',
      'bad-signature',
      'insufficient-power',
      'unknown-validators',
    ];
    const garbage = fc.constantFrom<unknown>(null, undefined, {}, [], '', '-1', 'x', '00', 7, -1, 1e300, true, '2026-02-30T00:00:00Z');
    const honest = forge({ height: 10, set: four });
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }), garbage, (path, value) => {
        const block = structuredClone(honest);
        let at: Untyped = block;
        path.forEach((pick, depth) => {
          const names = Object.keys(at);
          const name = names[pick % names.length];
          if (depth === path.length - 1 || typeof at[name] !== 'object' || at[name] === null || Object.keys(at[name]).length === 0)
            at[name] = value;
          else at = at[name];
        });
        expect(codes).toContain(refusal(() => accept(genesis(), block)));
      }),
      { numRuns: 150 },
    );
  });
  test('with a message that names height and field', () => {
    expect(() => accept(genesis(), forge({ height: 10, set: four, votes: lacking('a', 'b') }))).toThrow(
      'header 10: commit.signatures: expected more than two thirds of 4 in power, not 2',
    );
    expect(() => accept(genesis(), forge({ height: 10, set: five }))).toThrow(
      /^header 10: header\.validators_hash: expected the set [0-9a-f]{64} that the genesis names/,
    );
  });
});

describe('from a trusted header', () => {
  const DAY = 86_400;
  const epoch = Date.parse(GENESIS_TIME) / 1000;
  const trusted = forge({ height: 100, set: four });
  const start = (nowS = 2000, trustPeriodS = 14 * DAY, block = trusted): LightState =>
    startFromHeader({
      chainId: CHAIN,
      height: Number(block.signed_header.header.height),
      hash: bytesToHex(hashOfBlock(block)),
      trustPeriodS,
      nowUnixS: epoch + nowS,
    });
  const known = (nowS?: number): LightState => accept(start(nowS), trusted);

  test('accepts that header, and none before it', () => {
    expect(known().trustsPastSets).toBe(false);
    expect(from(start(), { height: 100, set: four, salt: 'another' })).toBe('wrong-block');
    expect(from(start(), { height: 101, set: four })).toBe('wrong-block');
  });
  test('skips ahead with more than a third of the trusted set, and no fewer', () => {
    expect(from(known(), { height: 150, set: named('cdwx') })).toBe('accepted'); // 2 of 4
    expect(from(known(), { height: 150, set: named('dwxy') })).toBe('insufficient-trust'); // 1 of 4
    const six = named('abcdef');
    const wide = accept(start(2000, 14 * DAY, forge({ height: 100, set: six })), forge({ height: 100, set: six }));
    expect(from(wide, { height: 150, set: named('efwx') })).toBe('insufficient-trust'); // 2 of 6: exactly a third
    expect(from(wide, { height: 150, set: named('defwx') })).toBe('accepted');
  });
  test('counts only those of the trusted set that signed the block', () => {
    expect(from(known(), { height: 150, set: named('cdwxyzuv'), votes: lacking('c') })).toBe('insufficient-trust');
    expect(from(known(), { height: 150, set: named('cdwxyzuv'), votes: (name) => (name === 'c' ? 'nil' : 'block') })).toBe(
      'insufficient-trust',
    );
  });
  test('still wants more than two thirds of the header’s own set', () => {
    // All of the trusted, 4 of 6.
    expect(from(known(), { height: 150, set: named('abcdwx'), votes: lacking('w', 'x') })).toBe('insufficient-power');
  });
  test('counts nobody twice', () => {
    const doubled = [...named('d'), ...named('d'), ...named('w')];
    expect(from(known(), { height: 150, set: doubled })).toBe('malformed');
  });
  test('goes on through a set that changes completely, in steps', () => {
    const steps = ['bcde', 'cdef', 'efgh'].map((names, i): Plan => ({ height: 110 + i * 10, set: named(names) }));
    expect(from(known(), ...steps)).toBe('accepted');
    expect(from(known(), steps[2])).toBe('insufficient-trust');
  });
  test('wants the announced set right after the trusted header', () => {
    const next = (set: typeof four): Plan => ({ height: 101, set, lastHash: hashOfBlock(trusted) });
    expect(from(known(), next(four))).toBe('accepted');
    expect(from(known(), next(five))).toBe('unknown-validators');
  });
  test('refuses a header as old as the trust period, and takes one a second younger', () => {
    const bornS = 1000; // height 100
    expect(from(start(bornS + 14 * DAY), { height: 100, set: four })).toBe('expired');
    expect(from(start(bornS + 14 * DAY - 1), { height: 100, set: four })).toBe('accepted');
  });
  test('measures the age in chain time where the genesis’s clock runs faster', () => {
    const clock = { startUnixS: 0, rate: 100, genesisUnixS: Date.parse(GENESIS_TIME) / 1000 };
    const at = (nowS: number): string =>
      refusal(() =>
        accept(
          startFromHeader({
            chainId: CHAIN,
            height: 100,
            hash: bytesToHex(hashOfBlock(trusted)),
            trustPeriodS: 1000,
            nowUnixS: epoch + nowS,
            clock,
          }),
          trusted,
        ),
      );
    expect(at(1009)).toBe('accepted');
    expect(at(1010)).toBe('expired');
  });
  test('refuses a header from the future', () => {
    expect(from(known(1000), { height: 200, set: four, atS: 1011 })).toBe('from-the-future');
    expect(from(known(1000), { height: 200, set: four, atS: 1010 })).toBe('accepted');
  });
  test('refuses a start that is none', () => {
    expect(refusal(() => startFromHeader({ chainId: CHAIN, height: 1, hash: 'AB', trustPeriodS: 1, nowUnixS: 1 }))).toBe('malformed');
    expect(refusal(() => startFromHeader({ chainId: CHAIN, height: 1, hash: '0'.repeat(64), trustPeriodS: Number.NaN, nowUnixS: 1 }))).toBe(
      'malformed',
    );
  });
});

describe('two headers at one height', () => {
  const a = forge({ height: 10, set: four, votes: lacking('d') });
  const b = forge({ height: 10, set: four, votes: lacking('a'), salt: 'another', round: 1 });
  const doubleSigners = ['b', 'c'].map((name) => validator(name).json.address.toLowerCase()).sort();

  test('are evidence against those who signed both', () => {
    const evidence = conflict(a, b, genesis())!;
    expect(evidence).toEqual({ height: 10, hashes: [a, b].map((block) => bytesToHex(hashOfBlock(block))), doubleSigners, rounds: [0, 1] });
  });
  test('end an audit that meets both', () => {
    try {
      acceptAll(genesis(), [a, b]);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ConflictError);
      expect((error as ConflictError).evidence.doubleSigners).toEqual(doubleSigners);
    }
  });
  test('are none when equal, at two heights, or when one is not valid', () => {
    expect(conflict(a, forge({ height: 10, set: four }), genesis())).toBeNull();
    expect(conflict(a, forge({ height: 11, set: four }), genesis())).toBeNull();
    expect(refusal(() => conflict(a, forge({ height: 10, set: four, salt: 'x', votes: lacking('a', 'b') }), genesis()))).toBe(
      'insufficient-power',
    );
    expect(refusal(() => conflict(a, forge({ height: 10, set: named('wxyz') }), genesis()))).toBe('unknown-validators');
    expect(from(accept(genesis(), a), { height: 10, set: named('wxyz') })).toBe('unknown-validators');
  });
  test('count from a trusted header too, with more than a third of its set', () => {
    const trusted = forge({ height: 5, set: four });
    const state = accept(
      startFromHeader({
        chainId: CHAIN,
        height: 5,
        hash: bytesToHex(hashOfBlock(trusted)),
        trustPeriodS: 1e6,
        nowUnixS: Date.parse(GENESIS_TIME) / 1000 + 900,
      }),
      trusted,
    );
    expect(conflict(a, b, state)!.doubleSigners).toEqual(doubleSigners);
    expect(refusal(() => conflict(a, forge({ height: 10, set: named('dxyz') }), state))).toBe('insufficient-trust');
  });
});

describe('a saved state', () => {
  const turn = forge({ height: 10, set: four, next: five });
  const saved = JSON.parse(JSON.stringify(saveState(accept(genesis(), turn)))) as SavedState;

  test('lets the next audit go on where the last ended', () => {
    expect(from(resumeState(saved), { height: 11, set: five, lastHash: hashOfBlock(turn) })).toBe('accepted');
    expect(resumeState(saved).trustsPastSets).toBe(true);
  });
  test('does not let it start over, jump, or go back', () => {
    expect(from(resumeState(saved), { height: 11, set: five })).toBe('wrong-block');
    expect(from(resumeState(saved), { height: 12, set: four })).toBe('unknown-validators');
    expect(from(resumeState(saved), { height: 9, set: five })).toBe('not-rising');
  });
  test('must be one', () => {
    expect(refusal(() => resumeState({ ...saved, hash: '' }))).toBe('malformed');
    expect(refusal(() => resumeState({ ...saved, height: -1 }))).toBe('malformed');
    expect(refusal(() => saveState(genesis()))).toBe('malformed');
  });
});
