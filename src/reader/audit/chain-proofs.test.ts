/**
 * Checks 1 and 2: a node that exports something else than the chain's state is refused by the proofs, whatever it rewrites, and so are
 * headers that the validators did not sign. The chain here is honest; the forger has every file of the bundle, but not the validators'
 * keys.
 */

import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, edit } from '../../../test/kit/audit/bundles.ts';
import { type ChainOptions, provenEntry, VALIDATORS, withChain } from '../../../test/kit/audit/chain.ts';
import { lightFile, setOf, signedHeader, validators } from '../../../test/kit/audit/headers.ts';
import { realDays } from '../../../test/kit/audit/readings.ts';
import { auditAsIs, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import {
  accountText,
  bookHash,
  canonicalJson,
  dateToDay,
  encodeRoster,
  encodeStateFile,
  type Json,
  parseStateFile,
  rosterDigest,
  type StateFile,
} from '../../protocol/index.ts';
import { Anchor, Roster } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { stateKeys } from '../light/index.ts';

const CHAIN = `days/${DAY2}/chain.json`;
const ROSTER = `days/${DAY2}/roster.json`;
const STATE = `days/${DAY2}/state.json`;
type Files = Map<string, string>;

const editState = (files: Files, change: (file: StateFile) => StateFile) =>
  files.set(STATE, encodeStateFile(change(parseStateFile(files.get(STATE)!))));
const light = (files: Files, change: (file: Untyped) => void) => {
  const file = JSON.parse(files.get('light.json')!);
  change(file);
  files.set('light.json', canonicalJson(file as Json));
};
/** The book and its anchor as the forger wants them; the proofs stay behind, so check 4 fails too. */
function reroster(files: Files, change: (roster: Untyped) => void): void {
  edit(files, ROSTER, (roster) => {
    change(roster);
    roster.digest = rosterDigest(
      encodeRoster({
        day: Number(roster.day),
        meters: roster.meters.map((m: Untyped) => ({ meter: m.meter, commitment: m.commitment === null ? null : BigInt(m.commitment) })),
      }),
    );
  });
  const { digest } = JSON.parse(files.get(ROSTER)!);
  edit(files, CHAIN, (chain) => {
    chain.rosterDigest = digest;
  });
}

const refused = async (files: Files, names: string[], over = {}) => {
  const verdict = await auditAsIs(files, over);
  expect(namesOf(verdict)).toEqual(names);
  expect(verdict.exitCode).toBe(1);
  return verdict;
};

describe("an export that is not the chain's state is refused by the state proofs, and by nothing else where the book follows", () => {
  const cases: [string, (files: Files) => void][] = [
    [
      'a meter left out',
      (f) =>
        reroster(f, (r) => {
          r.meters.pop();
        }),
    ],
    [
      'a meter invented',
      (f) =>
        reroster(f, (r) => {
          r.meters.push({ meter: accountText(new Uint8Array(20).fill(255)), commitment: null });
        }),
    ],
    [
      'a signed day called missing',
      (f) =>
        reroster(f, (r) => {
          r.meters[3].commitment = null;
        }),
    ],
    [
      'a commitment exchanged',
      (f) =>
        reroster(f, (r) => {
          r.meters[3].commitment = '5';
        }),
    ],
    [
      'another freeze',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.frozenUnixS = String(Number(c.frozenUnixS) + 1);
        }),
    ],
    [
      'a backdated tariff',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.tariff.fromDay = JSON.parse(f.get(ROSTER)!).day;
          c.tariff.retailNelPerWh[9] = '302000';
        }),
    ],
    [
      'another anchor',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.anchors[0].bookHash = bookHash('another book');
        }),
    ],
    [
      'an anchor that is not there',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.anchors.push({ ...c.anchors[0], version: '2' });
        }),
    ],
    [
      'an anchor in time that came late',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.anchors[0].unixS = String(Number(c.anchors[0].unixS) - 60);
        }),
    ],
    [
      'a dispute that is not there',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.disputes.push({ meter: JSON.parse(f.get(ROSTER)!).meters[2].meter, reason: 'commitment-mismatch' });
        }),
    ],
    [
      'a late roster that is not there',
      (f) =>
        edit(f, CHAIN, (c) => {
          c.lateRoster = {
            digest: c.rosterDigest,
            frozenUnixS: '1790000000',
            frozenHeight: '900000',
            meters: JSON.parse(f.get(ROSTER)!).meters,
          };
        }),
    ],
  ];
  test.each(cases)('%s', async (_name, forge) => {
    const files = exported();
    forge(files);
    const verdict = await auditAsIs(files);
    expect(namesOf(verdict)).toContain('2 state proofs');
    expect(linesOf(verdict, '2 state proofs')[0].day).toBe(DAY2);
    // The same forgery on a chain that says so: this check is what refused it.
    expect(namesOf(await auditAsIs(withChain(files)))).not.toContain('2 state proofs');
  });

  test('an open NoBill, a dispute or an anchor withheld', async () => {
    const files = exported();
    const { meter } = JSON.parse(files.get(ROSTER)!).meters[5];
    edit(files, CHAIN, (c) => {
      c.noBills.push({ meter, open: true });
    });
    withChain(files);
    expect((await auditAsIs(files)).exitCode).toBe(3);
    edit(files, CHAIN, (c) => {
      c.noBills = [];
    });
    await refused(files, ['2 state proofs']);
    edit(files, CHAIN, (c) => {
      c.noBills = [{ meter, open: false }];
    }); // "it was withdrawn"
    await refused(files, ['2 state proofs']);
  });
});

describe('state proofs are refused', () => {
  const key = (name: 'genesis' | 'roster' | 'lateRoster' | 'tariff') => (f: Files, from: string) =>
    editState(f, (s) => ({ ...s, [name]: from }));
  test('with one proof in the place of another', async () => {
    const files = exported();
    const { roster, genesis } = parseStateFile(files.get(STATE)!);
    for (const forge of [
      () => key('genesis')(files, roster),
      () => key('roster')(files, genesis),
      () => key('lateRoster')(files, roster),
    ]) {
      const copy = new Map(files);
      forge();
      await refused(files, ['2 state proofs']);
      files.set(STATE, copy.get(STATE)!);
    }
  });
  test('with a range that stops early, goes on, or leaves out the middle', async () => {
    for (const change of [
      (a: readonly string[]) => a.slice(0, 1),
      (a: readonly string[]) => [...a, a[1]],
      (a: readonly string[]) => [a[1]],
    ]) {
      const files = exported();
      editState(files, (s) => ({ ...s, anchors: change(s.anchors) }));
      await refused(files, ['2 state proofs']);
    }
  });
  test('of another day, another chain, or against another header', async () => {
    for (const change of [
      (s: StateFile) => ({ ...s, day: s.day - 1 }),
      (s: StateFile) => ({ ...s, chainId: 'electra-rural-5eed0002' }),
      (s: StateFile) => ({ ...s, height: s.height - 1 }),
    ]) {
      const files = exported();
      editState(files, change);
      await refused(files, ['2 state proofs']);
    }
    const files = exported();
    files.set(STATE, files.get(`days/${DAY1}/state.json`)!);
    await refused(files, ['2 state proofs']);
  });
  test('when params are not those of genesis', async () => {
    const files = exported();
    edit(files, 'genesis.json', (g) => {
      g.app_state.meter.params.anchor_due_s = '31536000';
    });
    await refused(files, ['2 state proofs']);
  });
  test('when a value stands under another key than its own', async () => {
    const files = exported();
    const { day, meters } = JSON.parse(files.get(ROSTER)!);
    const encoded = encodeRoster({
      day: Number(day) - 1,
      meters: meters.map((m: Untyped) => ({ meter: m.meter, commitment: m.commitment === null ? null : BigInt(m.commitment) })),
    });
    const value = Roster.encode(
      Roster.fromPartial({
        day: Number(day) - 1,
        late: false,
        digest: Buffer.from(rosterDigest(encoded), 'hex'),
        encoded,
        height: 9n,
        unixS: 1_800_000_000n,
      }),
    ).finish();
    await refused(withChain(files, { extra: [{ key: stateKeys.roster(Number(day), false), value }] }), ['2 state proofs']);
  });
});

describe('the end of a range', () => {
  const nextDay = (files: Files) => Number(JSON.parse(files.get(ROSTER)!).day) + 1;
  const frozen = (files: Files, unixS: number) => {
    const day = nextDay(files);
    const encoded = encodeRoster({ day, meters: [] });
    return {
      key: stateKeys.roster(day, false),
      value: Roster.encode(
        Roster.fromPartial({
          day,
          late: false,
          digest: Buffer.from(rosterDigest(encoded), 'hex'),
          encoded,
          height: 9n,
          unixS: BigInt(unixS),
        }),
      ).finish(),
    };
  };
  test('passes while the next book is not due, and when it is anchored and verified', async () => {
    const files = exported();
    const unixS = (nextDay(files) + 1) * 86_400 + 21_600;
    expect((await auditAsIs(withChain(files, { extra: [frozen(files, unixS)], nowUnixS: unixS + 172_800 }))).exitCode).toBe(0);
    const anchor = {
      key: stateKeys.anchor(nextDay(files), 1),
      value: Anchor.encode(
        Anchor.fromPartial({ day: nextDay(files), version: 1, bookHash: Buffer.alloc(32, 1), height: 9n, unixS: BigInt(unixS + 10) }),
      ).finish(),
    };
    const next = { version: 1, bookHash: '01'.repeat(32), totals: null, height: 12, unixS: unixS + 60 };
    const book = provenEntry(nextDay(files), next, { entries: 0, copies: 0 }); // of a day without meters
    const later = { nowUnixS: unixS + 900_000 };
    expect((await auditAsIs(withChain(files, { extra: [frozen(files, unixS), anchor, book], ...later }))).exitCode).toBe(0);
    const unverified = await refused(withChain(files, { extra: [frozen(files, unixS), anchor], ...later }), ['3 range']);
    expect(linesOf(unverified, '3 range')[0].detail).toMatch(/the chain has not verified its book: withheld/);
  });
  test('fails when the next book is withheld', async () => {
    const files = exported();
    const unixS = (nextDay(files) + 1) * 86_400 + 21_600;
    const verdict = await refused(withChain(files, { extra: [frozen(files, unixS)], nowUnixS: unixS + 172_802 }), ['3 range']);
    expect(linesOf(verdict, '3 range')[0].detail).toMatch(/withheld/);
  });
  test('is unreadable when the file does not say what follows', async () => {
    const files = exported();
    editState(files, (s) => ({ ...s, following: null }));
    expect((await auditAsIs(files)).exitCode).toBe(2);
  });
});

/** The bundle with one day proven as of an earlier block than the newest header, before what the chain says since. */
function provenEarlier(date: string, since: (files: Map<string, string>) => ChainOptions): Map<string, string> {
  const files = exported();
  const early = new Map(files);
  const { header, commit } = JSON.parse(files.get('light.json')!).blocks[0];
  withChain(files, { height: Number(header.height) + 50, nowUnixS: 1_783_200_000, ...since(files) });
  files.set(`days/${date}/state.json`, early.get(`days/${date}/state.json`)!);
  light(files, (file) => file.blocks.unshift({ header, commit }));
  return files;
}

describe('a day proven as of an earlier block', () => {
  test('passes where the log says nothing of it since', async () => {
    const verdict = await auditAsIs(provenEarlier(DAY1, () => ({})));
    expect(verdict.exitCode).toBe(0);
    const of = { kind: 'correction', day: dateToDay(DAY1) + 5, version: 2 } as const;
    expect((await auditAsIs(provenEarlier(DAY1, () => ({ log: [of] })))).exitCode).toBe(0);
  });
  test.each([
    ['a correction', { kind: 'correction', day: dateToDay(DAY1), version: 2 }],
    ['a late roster', { kind: 'late-roster', day: dateToDay(DAY1) }],
    ['a dispute', { kind: 'dispute', day: dateToDay(DAY1), meter: realDays(1)[0][4].meter }],
    ['a NoBill', { kind: 'no-bill', day: dateToDay(DAY1), meter: realDays(1)[0][4].meter }],
  ] as const)('is unreadable where the log has %s of it since, which the day does not show', async (_what, entry) => {
    const verdict = await auditAsIs(provenEarlier(DAY1, () => ({ log: [entry] })));
    expect(verdict.exitCode).toBe(2);
    expect(namesOf(verdict, 'unreadable')).toEqual(['2 log']);
    expect(linesOf(verdict, '2 log', 'unreadable')[0]).toMatchObject({
      day: DAY1,
      detail: expect.stringContaining(`${entry.kind} of ${DAY1}`),
    });
  });
  test('is unreadable where the log is shown from a later number on', async () => {
    const entry = { kind: 'correction', day: 9, version: 2 } as const;
    const verdict = await auditAsIs(provenEarlier(DAY1, () => ({ log: [entry], logFrom: 2 })));
    expect(verdict.exitCode).toBe(2);
    expect(linesOf(verdict, '2 log', 'unreadable')[0].detail).toContain('what came between is not in sight');
  });
  test('is no end of a range whose next book is not there', async () => {
    const verdict = await auditAsIs(provenEarlier(DAY2, () => ({})));
    expect(verdict.exitCode).toBe(2);
    expect(namesOf(verdict, 'unreadable')).toEqual(['3 range']);
  });
});

describe('the log is refused', () => {
  const log = [
    { kind: 'correction', day: 9, version: 2 },
    { kind: 'late-roster', day: 9 },
  ] as const;
  const logged = (): Map<string, string> => withChain(exported(), { log });
  const changed = (change: (file: Untyped) => void): Map<string, string> => {
    const files = logged();
    edit(files, 'log.json', change);
    return files;
  };
  test('never as it is', async () => {
    const verdict = await auditAsIs(logged());
    expect(verdict.exitCode).toBe(0);
    expect(linesOf(verdict, '2 log', 'passed')[0].detail).toContain('2 entries from number 1 on, the next is 3');
  });
  test.each([
    ['with an entry left out', (f: Untyped) => f.proofs.splice(1, 1)],
    ['with its end left out', (f: Untyped) => f.proofs.pop()],
    ['with its beginning left out', (f: Untyped) => f.proofs.shift()],
    ['with a proof more', (f: Untyped) => f.proofs.push(f.proofs[2])],
    ['as if it began later', (f: Untyped) => (f.from = '2')],
    ['of another chain', (f: Untyped) => (f.chainId = 'electra-rural-00000000')],
  ])('%s', async (_what, change) => {
    const verdict = await auditAsIs(changed(change));
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['2 log']);
  });
  test('as of an older header than the newest', async () => {
    const files = logged();
    const older = new Map(files);
    const { header, commit } = JSON.parse(files.get('light.json')!).blocks[0];
    withChain(files, { height: Number(header.height) + 50, nowUnixS: 1_783_200_000, log });
    files.set('log.json', older.get('log.json')!);
    light(files, (file) => file.blocks.unshift({ header, commit }));
    const verdict = await auditAsIs(files);
    expect(verdict.exitCode).toBe(2);
    expect(namesOf(verdict, 'unreadable')).toEqual(['2 log']);
  });
  test('where it is missing', async () => {
    const files = exported();
    files.delete('log.json');
    const verdict = await auditAsIs(files);
    expect(verdict.exitCode).toBe(2);
    expect(namesOf(verdict, 'unreadable')).toEqual(['2 log']);
  });
});

describe('headers are refused', () => {
  const chainId = 'electra-rural-5eed0001';
  const resigned = (signers: typeof VALIDATORS) => withChain(exported(), { signers });
  test('with exactly two thirds of the power, or less; accepted just above', async () => {
    await refused(resigned(VALIDATORS.slice(0, 2)), ['1 headers']);
    expect((await auditAsIs(resigned(VALIDATORS.slice(0, 3)))).exitCode).toBe(0);
  });
  test('by validators that nobody introduced', async () => {
    const files = exported();
    const { header } = JSON.parse(files.get('light.json')!).blocks[0];
    const others = validators(4, 'stranger');
    const forged = signedHeader({
      chainId,
      height: Number(header.height),
      time: header.time,
      appHash: Buffer.from(header.app_hash, 'hex'),
      set: others,
    });
    files.set('light.json', lightFile(chainId, [{ ...forged, set: others }]));
    const verdict = await refused(files, ['1 headers']);
    expect(linesOf(verdict, '1 headers')[0].detail).toMatch(/the genesis names/);
    expect(namesOf(verdict, 'not-checked')).toContain('2 state proofs');
  });
  test('two of one height, with the evidence in the verdict', async () => {
    const files = exported();
    const { header } = JSON.parse(files.get('light.json')!).blocks[0];
    const other = signedHeader({
      chainId,
      height: Number(header.height),
      time: header.time,
      appHash: Buffer.from(header.app_hash, 'hex'),
      set: VALIDATORS,
      signers: VALIDATORS.slice(1),
      salt: 'another history',
    });
    light(files, (file) => file.blocks.push({ header: other.header, commit: other.commit }));
    const verdict = await refused(files, ['1 headers']);
    expect(verdict.evidence).toMatchObject({ height: Number(header.height), doubleSigners: expect.objectContaining({ length: 3 }) });
  });
  test('with a signature changed, a header changed, a set exchanged, or no block at all', async () => {
    for (const change of [
      (file: Untyped) => {
        const [s] = file.blocks[0].commit.signatures;
        s.signature = `${s.signature.startsWith('A') ? 'B' : 'A'}${s.signature.slice(1)}`;
      },
      (file: Untyped) => {
        file.blocks[0].header.app_hash = '00'.repeat(32);
      },
      (file: Untyped) => {
        file.sets[Object.keys(file.sets)[0]] = setOf(validators(4, 'x')).validators.map(({ publicKey }) => ({
          key: Buffer.from(publicKey).toString('base64'),
          power: '1',
        }));
      },
      (file: Untyped) => {
        file.blocks = [];
      },
      (file: Untyped) => {
        file.sets = {};
      },
    ]) {
      const files = exported();
      light(files, change);
      await refused(files, ['1 headers']);
    }
  });
  test('unless they follow a trusted header that the reader brings along, wherever the bundle begins', async () => {
    const files = exported();
    const { header } = JSON.parse(files.get('light.json')!).blocks[0];
    const at = Date.parse(`${header.time.slice(0, 19)}Z`) / 1000;
    const own = signedHeader({
      chainId,
      height: Number(header.height) - 90,
      time: new Date((at - 90) * 1000).toISOString(),
      appHash: Buffer.alloc(32, 3),
      set: VALIDATORS,
    });
    const block = {
      signed_header: own,
      validator_set: {
        validators: setOf(VALIDATORS).validators.map(({ publicKey, power }) => ({
          address: '',
          pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.from(publicKey).toString('base64') },
          voting_power: String(power),
        })),
      },
    };
    const trusted = { height: Number(header.height) - 90, hash: own.commit.block_id.hash, nowUnixS: at + 10 };
    expect((await auditAsIs(files, { trustedHeader: { ...trusted, block } })).exitCode).toBe(0);
    await refused(files, ['1 headers'], { trustedHeader: trusted }); // the bundle does not have it
  });
  test('beyond a trusted header that is too old; accepted from a fresh one', async () => {
    const files = exported();
    const { header, commit } = JSON.parse(files.get('light.json')!).blocks[0];
    const trusted = { height: Number(header.height), hash: commit.block_id.hash.toLowerCase() };
    const at = Date.parse(`${header.time.slice(0, 19)}Z`) / 1000;
    const verdict = await auditAsIs(files, { trustedHeader: { ...trusted, nowUnixS: at + 1_209_000 } });
    expect(verdict.exitCode).toBe(0);
    expect(verdict.notes.join()).toMatch(/from the trusted header/);
    await refused(files, ['1 headers'], { trustedHeader: { ...trusted, nowUnixS: at + 1_209_600 } });
    await refused(files, ['1 headers'], { trustedHeader: { ...trusted, hash: 'ab'.repeat(32), nowUnixS: at + 10 } });
  });
});
