/** Checks 8 and 9: keys that would let anybody forge, and second forms of a proof's numbers. */

import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, test } from 'vitest';
import { DAY2, edit, putKey } from '../../../test/kit/audit/bundles.ts';
import { realDays } from '../../../test/kit/audit/readings.ts';
import { auditAsIs, auditOf, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { keyBytes, rawBytesOf, type VkJson, verificationKeys } from '../../../test/kit/development-keys.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { FIELD_ORDER } from '../../protocol/index.ts';

const PROOFS = `days/${DAY2}/proofs.json`;
const meters = realDays(1)[0];
type Files = Map<string, string>;

/** Another DayBill key everywhere that one is named, as a forger of the whole bundle would have it. */
function withKey(change: (key: VkJson) => VkJson): Files {
  const files = exported();
  putKey(files, 'day-bill', rawBytesOf(change(verificationKeys()['day-bill'])));
  return files;
}

describe('check 8, the verification keys', () => {
  test('accepts development keys when asked for them, and says so', async () => {
    const verdict = await auditOf(exported(), { developmentKeys: true });
    expect(verdict.exitCode).toBe(0);
    expect(verdict.development.join()).toContain('development keys');
  });

  test('refuses development keys otherwise, and nothing else', async () => {
    const verdict = await auditOf(exported(), { developmentKeys: false });
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['8 clearing key', '8 day-bill key', '8 substitute key']);
    expect(linesOf(verdict, '8 day-bill key')[0].detail).toMatch(/development key: whoever made it can forge proofs/);
  });

  test('refuses them by their points, whatever the books call them', async () => {
    const files = exported();
    edit(files, `days/${DAY2}/book.json`, (book) => {
      book.keys['day-bill'] = 'ab'.repeat(32);
    });
    const verdict = await auditOf(files, { developmentKeys: false });
    expect(linesOf(verdict, '8 day-bill key')[0].detail).toMatch(/development key/);
    expect(linesOf(verdict, '8 keys')[0].detail).toContain('book.keys.day-bill is abab');
  });

  test.each([
    ['beta', 'vk_beta_2'],
    ['gamma', 'vk_gamma_2'],
    ['delta', 'vk_delta_2'],
  ] as const)('refuses a key with %s outside the subgroup, whatever its proofs say: no bill of it is verified', async (name, field) => {
    const verdict = await auditOf(withKey((key) => ({ ...key, [field]: [...offSubgroup(), ['1', '0']] })));
    expect(verdict.exitCode).toBe(1);
    expect(linesOf(verdict, '8 day-bill key')[0].detail).toContain(`${name}: expected a point of the subgroup`);
    expect(namesOf(verdict, 'not-checked')).toContain('5 bills');
  });

  test('refuses gamma = delta, with which anybody forges any proof', async () => {
    const verdict = await auditOf(withKey((key) => ({ ...key, vk_delta_2: key.vk_gamma_2 })));
    expect(linesOf(verdict, '8 day-bill key').map((c) => c.detail)).toEqual([expect.stringMatching(/gamma/)]);
    expect(linesOf(verdict, '5 bills', 'not-checked')).toHaveLength(1);
    expect(verdict.exitCode).toBe(1);
  });

  test('refuses gamma = −delta', async () => {
    const p = bn254.fields.Fp.ORDER;
    const negated = (y: readonly string[]): string[] => y.map((c) => String(p - BigInt(c)));
    const verdict = await auditOf(withKey((key) => ({ ...key, vk_delta_2: [key.vk_gamma_2[0], negated(key.vk_gamma_2[1]), ['1', '0']] })));
    expect(linesOf(verdict, '8 day-bill key').map((c) => c.detail)).toEqual([expect.stringMatching(/gamma/)]);
  });

  test('refuses the key of another circuit', async () => {
    const files = exported();
    putKey(files, 'day-bill', keyBytes().clearing);
    const verdict = await auditOf(files);
    expect(linesOf(verdict, '8 day-bill key').map((c) => c.detail)).toEqual([expect.stringMatching(/ic: expected 204 points, not 390/)]);
    expect(verdict.exitCode).toBe(1);
  });

  test('refuses keys that the chain did not begin with, however sound', async () => {
    const files = exported();
    const forged = new Map(files);
    putKey(forged, 'day-bill', rawBytesOf({ ...verificationKeys()['day-bill'], vk_alpha_1: verificationKeys()['day-bill'].IC[1] }));
    files.set('genesis.json', forged.get('genesis.json')!);
    expect(linesOf(await auditAsIs(files), '2 state proofs')[0].detail).toContain('state.genesis');
  });
});

/** A point on the twisted curve outside the subgroup of order r: nearly every point with a small x. */
function offSubgroup(): [[string, string], [string, string]] {
  const { Fp2 } = bn254.fields;
  const b = bn254.G2.Point.CURVE().b;
  for (let n = 1n; ; n++) {
    const x = Fp2.fromBigTuple([n, 0n]);
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
      const point = bn254.G2.Point.fromAffine({ x, y });
      if (!point.isTorsionFree())
        return [
          [String(x.c0), String(x.c1)],
          [String(y.c0), String(y.c1)],
        ];
    } catch {}
  }
}

describe('check 9, points and public inputs', () => {
  const p = bn254.fields.Fp.ORDER;
  const proofOf = (proofs: Untyped) => proofs.bills[3].proof;
  const cases: [string, (proofs: Untyped) => void, RegExp][] = [
    [
      'a coordinate plus p',
      (x) => {
        proofOf(x).a[0] = String(BigInt(proofOf(x).a[0]) + p);
      },
      /below the field order|canonical/,
    ],
    [
      'a hexadecimal coordinate',
      (x) => {
        proofOf(x).a[0] = `0x${BigInt(proofOf(x).a[0]).toString(16)}`;
      },
      /canonical/,
    ],
    [
      'a leading zero',
      (x) => {
        proofOf(x).c[1] = `0${proofOf(x).c[1]}`;
      },
      /canonical/,
    ],
    [
      'a minus sign',
      (x) => {
        proofOf(x).c[1] = '-1';
      },
      /canonical/,
    ],
    [
      'a point off the curve',
      (x) => {
        proofOf(x).a = ['1', '3'];
      },
      /curve/,
    ],
    [
      'a point off the twisted curve',
      (x) => {
        proofOf(x).b = [
          ['1', '2'],
          ['3', '4'],
        ];
      },
      /curve/,
    ],
    [
      'infinity in G1',
      (x) => {
        proofOf(x).c = ['0', '0'];
      },
      /infinity/,
    ],
    [
      'infinity in G2',
      (x) => {
        proofOf(x).b = [
          ['0', '0'],
          ['0', '0'],
        ];
      },
      /infinity/,
    ],
    [
      'a point outside the subgroup',
      (x) => {
        proofOf(x).b = offSubgroup();
      },
      /subgroup/,
    ],
  ];
  test.each(cases)('refuses %s, and names the meter', async (_name, change, detail) => {
    const files = exported();
    edit(files, PROOFS, change);
    const verdict = await auditOf(files);
    expect(namesOf(verdict)).toEqual(['5 bills', '9 points']);
    expect(linesOf(verdict, '9 points').map((c) => [c.meter, c.detail])).toEqual([[meters[3].meter, expect.stringMatching(detail)]]);
    expect(verdict.exitCode).toBe(1);
  });

  test('refuses a malformed clearing', async () => {
    const files = exported();
    edit(files, PROOFS, (x) => {
      x.clearing.proof.a = ['1', '3'];
    });
    expect(namesOf(await auditOf(files))).toEqual(['6 clearing', '9 points']);
  });

  const shapes: [string, (proofs: Untyped) => void][] = [
    [
      'a third coordinate',
      (x) => {
        proofOf(x).a.push('1');
      },
    ],
    [
      'a number for a coordinate',
      (x) => {
        proofOf(x).a[0] = 1;
      },
    ],
    [
      'a fourth point',
      (x) => {
        proofOf(x).d = ['1', '2'];
      },
    ],
    [
      'S plus r',
      (x) => {
        x.bills[3].S = String(BigInt(x.bills[3].S) + FIELD_ORDER);
      },
    ],
    [
      'a negative S',
      (x) => {
        x.bills[3].S = '-1';
      },
    ],
  ];
  test.each(shapes)('refuses %s', async (_name, change) => {
    const files = exported();
    edit(files, PROOFS, change);
    const verdict = await auditOf(files);
    expect(verdict.exitCode).toBe(1);
    expect(linesOf(verdict, '9 points').map((c) => c.detail)).toEqual([expect.stringMatching(/proofs\.bills\[3\]/)]);
  });
});
