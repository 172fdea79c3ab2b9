/** Five members hold a ceremony over tiny circuits; then everything is tried that would make another key of it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BEACON,
  BEACON_SOURCE,
  type Community,
  changeFile,
  changeTranscript,
  FIVE,
  holdCeremony,
  sectionAt,
} from '../../../test/kit/ceremony/community.ts';
import { tinyMaterials } from '../../../test/kit/ceremony/tiny.ts';
import { P } from '../../reader/verifier/curve.ts';
import {
  type CeremonyVerdict,
  CIRCUITS,
  contribute,
  finalizeCeremony,
  initCeremony,
  MAIN_CIRCUITS,
  readCeremonyFile,
  verifyCeremony,
} from './index.ts';
import { lastHash, newTranscript, type Transcript, withBeacon, withContribution } from './transcript.ts';

const work = mkdtempSync(join(tmpdir(), 'electra-tiny-circuits-'));
let held: Community;
beforeAll(async () => {
  held = await holdCeremony(await tinyMaterials(work));
}, 300_000);
afterAll(() => {
  held?.end();
  rmSync(work, { recursive: true, force: true });
});

const ALL = CIRCUITS.map(({ name }) => name);
const SLOW = { timeout: 300_000 };
/** What a verdict holds against a ceremony: check and circuit of every line that failed. */
const failures = ({ lines }: CeremonyVerdict): string[] =>
  lines.filter(({ status }) => status === 'failed').map(({ check, circuit }) => (circuit ? `${check}: ${circuit}` : check));
const details = ({ lines }: CeremonyVerdict): string => lines.map(({ detail }) => detail).join('\n');

/** The transcript anew, with these contributions in this order: its hashes hang together again. */
const rebuilt = (transcript: Transcript, contributions: readonly { name: string; keys: Readonly<Record<string, string>> }[]): Transcript =>
  contributions.reduce((so, { name, keys }) => withContribution(so, name, keys), newTranscript(transcript));

/** A copy of a state under a name of its own. */
let copies = 0;
const tampered = (from: string, change: (dir: string) => void): string => {
  const name = `tampered-${copies++}`;
  change(held.copy(from, name));
  return name;
};

describe('a ceremony of five', () => {
  test('gives keys that pass, with everybody’s contribution in them', SLOW, async () => {
    const verdict = await held.verify('keys', held.published);
    expect(verdict.lines.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect([verdict.status, verdict.exitCode]).toEqual(['passed', 0]);
    expect(verdict.contributors).toEqual(FIVE.map((name, i) => ({ name, hash: held.published[i] })));
    expect(verdict.lines.filter(({ check }) => check === 'computation').map(({ circuit }) => circuit)).toEqual(ALL);
  });

  test('is sound before its beacon too, and no pass', SLOW, async () => {
    const verdict = await held.verify('3.zip', held.published.slice(0, 3));
    expect([failures(verdict), verdict.status, verdict.exitCode]).toEqual([[], 'unfinished', 3]);
  });
});

describe('a contribution', () => {
  test('that was published and is missing is named', SLOW, async () => {
    const verdict = await held.verify('4', held.published);
    expect(failures(verdict)).toEqual(['named contribution']);
    expect(details(verdict)).toContain(`${held.published[4]} is not in this ceremony`);
  });

  test('that is missing in all keys, or in one circuit’s, is named', SLOW, async () => {
    const old = (...circuits: string[]) =>
      tampered('5', (dir) => {
        for (const name of circuits) writeFileSync(join(dir, `${name}.zkey`), readFileSync(held.at(`4/${name}.zkey`)));
      });
    const all = await held.verify(old(...ALL));
    expect(failures(all)).toEqual(ALL.map((name) => `contributions: ${name}`));
    expect(details(all)).toContain('contribution 5: of "Eli" is missing in the key');
    expect(failures(await held.verify(old('clearing')))).toEqual(['contributions: clearing']);
  });

  test('that the transcript leaves out is named', SLOW, async () => {
    const state = tampered('5', (dir) => changeTranscript(dir, (t) => rebuilt(t, t.contributions.slice(0, 4))));
    expect(details(await held.verify(state))).toContain('contribution 5: of "Eli" is in the key, not in the transcript');
  });

  test('that stands in another place is named', SLOW, async () => {
    const state = tampered('5', (dir) =>
      changeTranscript(dir, (t) => rebuilt(t, [t.contributions[1], t.contributions[0], ...t.contributions.slice(2)])),
    );
    const verdict = await held.verify(state);
    expect([verdict.exitCode, failures(verdict)[0]]).toEqual([1, 'contributions: clearing']);
    expect(details(verdict)).toContain('contribution 1: by "Ada" in the key, by "Bo of the mill" in the transcript');
  });

  test('that was replaced is named', SLOW, async () => {
    const state = tampered('5', (dir) =>
      changeTranscript(dir, (t) =>
        rebuilt(
          t,
          t.contributions.map((c, i) => (i === 2 ? { ...c, keys: t.contributions[1].keys } : c)),
        ),
      ),
    );
    expect(details(await held.verify(state))).toContain('contribution 3: another contribution in the key');
  });

  test('that is there twice is named', SLOW, async () => {
    const twice = (zkey: Buffer): Buffer => {
      const at = sectionAt(zkey, 10);
      const header = at + 64 + 4;
      const name = FIVE.map((n) => 320 + 64 + 8 + 2 + n.length);
      const last = zkey.subarray(header + name.slice(0, 4).reduce((sum, n) => sum + n, 0));
      const bytes = Buffer.concat([zkey, last]);
      bytes.writeBigUInt64LE(BigInt(zkey.length - at + last.length), at - 8);
      bytes.writeUInt32LE(6, at + 64);
      return bytes;
    };
    const state = tampered('5', (dir) => {
      for (const name of ALL) changeFile(join(dir, `${name}.zkey`), twice);
      changeTranscript(dir, (t) => withContribution(t, 'Eve', t.contributions[4].keys));
    });
    const verdict = await held.verify(state);
    expect(failures(verdict)).toContain('contributions: clearing');
    expect(details(verdict)).toContain('contribution 6: repeats contribution 5');
  });

  test('that did something else to the key is named by the computation alone', SLOW, async () => {
    const state = tampered('5', (dir) =>
      changeFile(join(dir, 'day-bill.zkey'), (zkey) => {
        const at = sectionAt(zkey, 9);
        const [first, second] = [Buffer.from(zkey.subarray(at, at + 64)), Buffer.from(zkey.subarray(at + 64, at + 128))];
        zkey.set(second, at);
        zkey.set(first, at + 64);
        return zkey;
      }),
    );
    const verdict = await held.verify(state);
    expect([verdict.exitCode, failures(verdict)]).toEqual([1, ['computation: day-bill']]);
  });

  test('is refused by a name that is there, after the beacon, and with a name that is none', SLOW, async () => {
    await expect(held.contribute('5', 'x', 'Ada')).rejects.toThrow('name: "Ada" has contributed already');
    await expect(held.contribute('keys', 'x', 'Fay')).rejects.toThrow('the ceremony has ended');
    for (const name of ['', 'beacon', ' Fay', 'Fay\n', 'F'.repeat(49)])
      await expect(held.contribute('5', 'x', name)).rejects.toThrow('name: expected');
  });

  test('is refused to a state whose key is not its transcript’s', SLOW, async () => {
    const state = tampered('5', (dir) => writeFileSync(join(dir, 'clearing.zkey'), readFileSync(held.at('4/clearing.zkey'))));
    await expect(held.contribute(state, 'x', 'Fay')).rejects.toThrow('clearing: contribution 5: of "Eli" is missing in the key');
  });
});

describe('what the keys are made of', () => {
  test('cannot be another r1cs', SLOW, async () => {
    const other = held.at('other.r1cs');
    writeFileSync(other, Buffer.concat([readFileSync(held.circuits[0].r1cs), Buffer.from([0])]));
    const circuits = [{ ...held.circuits[0], r1cs: other }, ...held.circuits.slice(1)];
    const verdict = await verifyCeremony({ state: held.at('keys'), powersOfTau: held.powersOfTau, circuits, progress: () => {} });
    expect([verdict.exitCode, failures(verdict)]).toEqual([1, ['circuits: clearing']]);
  });

  test('cannot be other powers of tau, neither at the beginning nor afterwards', SLOW, async () => {
    const other = held.at('other.ptau');
    writeFileSync(other, 'other powers');
    const verdict = await verifyCeremony({ state: held.at('keys'), powersOfTau: other, circuits: held.circuits, progress: () => {} });
    expect([verdict.exitCode, failures(verdict)]).toEqual([1, ['powers of tau']]);
    const begin = { powersOfTau: other, powersOfTauHash: '00'.repeat(32), beaconSource: BEACON_SOURCE, out: held.at('x') };
    await expect(initCeremony({ ...begin, circuits: held.circuits, progress: () => {} })).rejects.toThrow('powers of tau: SHA-256');
  });

  test('cannot be nothing: a key without contribution has gamma = delta', SLOW, async () => {
    const verdict = await held.verify('0');
    expect(failures(verdict)).toEqual([...ALL.map((name) => `contributions: ${name}`), ...ALL.map((name) => `key: ${name}`)]);
    expect(details(verdict)).toContain('with this key anybody forges any proof');
    await expect(held.finalize('0', 'x')).rejects.toThrow('there is no contribution');
  });

  test.each([
    ['gamma', (y: bigint) => y],
    ['−gamma', (y: bigint) => P - y],
  ])('cannot be a delta of %s under contributions that are all there', SLOW, async (_, sign) => {
    const state = tampered('keys', (dir) =>
      changeFile(join(dir, 'day-bill.zkey'), (zkey) => {
        const [gamma, delta] = [sectionAt(zkey, 2) + 340, sectionAt(zkey, 2) + 532];
        for (let i = 0; i < 4; i++) {
          const part = Buffer.from(zkey.subarray(gamma + i * 32, gamma + i * 32 + 32)).reverse();
          const value = BigInt(`0x${part.toString('hex')}`);
          const changed = i < 2 ? value : sign(value);
          zkey.set(Buffer.from(changed.toString(16).padStart(64, '0'), 'hex').reverse(), delta + i * 32);
        }
        return zkey;
      }),
    );
    const verdict = await held.verify(state);
    expect(failures(verdict)).toContain('key: day-bill');
    expect(details(verdict)).toContain('expected delta other than ±gamma');
  });

  test('cannot be a truncated key', SLOW, async () => {
    const state = tampered('5', (dir) => changeFile(join(dir, 'clearing.zkey'), (zkey) => zkey.subarray(0, zkey.length - 100)));
    const verdict = await held.verify(state);
    expect([verdict.exitCode, failures(verdict)[0]]).toEqual([1, 'contributions: clearing']);
    expect(details(verdict)).toContain('clearing.zkey is truncated');
    await expect(held.contribute(state, 'x', 'Fay')).rejects.toThrow('clearing.zkey is truncated');
  });

  test('cannot be a key that is not there', SLOW, async () => {
    const verdict = await held.verify(tampered('5', (dir) => rmSync(join(dir, 'clearing.zkey'))));
    expect([verdict.exitCode, failures(verdict)]).toEqual([2, []]);
  });
});

describe('the beacon', () => {
  test('cannot be another than the keys have', SLOW, async () => {
    const other = (dir: string) =>
      changeTranscript(dir, (t) => withBeacon({ ...t, beacon: null }, `${BEACON.slice(0, -1)}2`, t.beacon!.keys));
    expect(failures(await held.verify(tampered('keys', other)))).toEqual(expect.arrayContaining(ALL.map((name) => `beacon: ${name}`)));
  });

  test('cannot come from another source than was said before, nor come twice', SLOW, async () => {
    await expect(held.finalize('5', 'x', 'a friend of mine')).rejects.toThrow(`beacon source: the transcript names "${BEACON_SOURCE}"`);
    await expect(held.finalize('keys', 'x')).rejects.toThrow('has its beacon already');
  });
});

describe('a tampered transcript', () => {
  const text = (change: (text: string) => string) =>
    tampered('5', (dir) => changeFile(join(dir, 'transcript.json'), (bytes) => Buffer.from(change(bytes.toString('utf8')))));

  test.each([
    ['a name', (t: string) => t.replace('"Cleo"', '"Clea"'), 1],
    ['a source', (t: string) => t.replace('block 925000', 'block 925001'), 1],
    ['a place', (t: string) => t.replace(/(\{"hash":[^}]*\}[^}]*\}),(\{"hash":[^}]*\}[^}]*\})/, '$2,$1'), 1],
    ['a space', (t: string) => t.replace(':', ': '), 2],
    ['a field', (t: string) => t.replace('"version":1}', '"version":1,"z":0}'), 2],
    ['its end', (t: string) => t.slice(0, -1), 2],
  ])('is refused: %s', SLOW, async (_, change, exitCode) => {
    const verdict = await held.verify(text(change));
    expect(verdict.exitCode).toBe(exitCode);
    expect(verdict.lines[0]).toMatchObject({ check: 'transcript', status: exitCode === 1 ? 'failed' : 'unreadable' });
  });

  test('would be read as it was written', SLOW, async () => {
    expect((await held.verify(text((t) => t))).hash).toBe(held.published[4]);
  });
});

describe('the folder of keys', () => {
  test.each(['day-bill.vk.json', 'clearing.wasm', 'ceremony.json'])('holds no other %s', SLOW, async (name) => {
    const state = tampered('keys', (dir) => changeFile(join(dir, name), (bytes) => Buffer.concat([bytes, Buffer.from('\n')])));
    const verdict = await held.verify(state);
    expect(verdict.exitCode).toBeGreaterThan(0);
    expect(verdict.lines.filter(({ status }) => status !== 'passed').map(({ check }) => check)).toEqual(['key files']);
  });
});

describe('a ceremony of the main chain', () => {
  const names = MAIN_CIRCUITS.map(({ name }) => name);

  test('is of its own circuits, and gives keys that are no community’s', SLOW, async () => {
    const { powersOfTau, circuits } = await tinyMaterials(join(work, 'main'), MAIN_CIRCUITS);
    const [at, progress] = [(name: string) => join(work, `main-${name}`), () => {}];
    await initCeremony({ powersOfTau, beaconSource: BEACON_SOURCE, out: at('0'), circuits, progress });
    await contribute({ from: at('0'), out: at('1.zip'), name: 'Ada', progress });
    const verdict = await finalizeCeremony({ from: at('1.zip'), powersOfTau, beacon: BEACON, out: at('keys'), circuits, progress });
    expect([verdict.status, verdict.lines.filter(({ check }) => check === 'computation').map(({ circuit }) => circuit)]).toEqual([
      'passed',
      names,
    ]);
    expect(readCeremonyFile(at('keys'), MAIN_CIRCUITS).keys.map(({ circuit }) => circuit)).toEqual(names);
    expect(() => readCeremonyFile(at('keys'))).toThrow('ceremony.keys');
  });

  test('does not pass for one that lacks a circuit', SLOW, async () => {
    const { powersOfTau, circuits } = await tinyMaterials(join(work, 'less'), MAIN_CIRCUITS);
    const [out, progress] = [join(work, 'less-0'), () => {}];
    await initCeremony({ powersOfTau, beaconSource: BEACON_SOURCE, out, circuits: circuits.slice(1), progress });
    const verdict = await verifyCeremony({ state: out, powersOfTau, circuits, progress });
    expect([verdict.exitCode, failures(verdict)]).toEqual([1, ['circuits']]);
  });
});

test('the last hash stands for everything before it', () => {
  const head = { powersOfTau: '00'.repeat(32), compiler: 'c', circuits: [], beaconSource: BEACON_SOURCE };
  const one = withContribution(newTranscript(head), 'Ada', {});
  expect(lastHash(one)).not.toBe(lastHash(withContribution(newTranscript({ ...head, compiler: 'd' }), 'Ada', {})));
  expect(lastHash(one)).toBe(lastHash(withContribution(newTranscript(head), 'Ada', {})));
});
