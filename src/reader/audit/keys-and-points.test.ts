/** Checks 8 and 9: keys that would let anybody forge, and second forms of a proof's numbers. */

import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, test } from 'vitest';
import { bundleKeyHashes, DAY1, DAY2, edit } from '../../../test/kit/audit/bundles.ts';
import { realDays } from '../../../test/kit/audit/readings.ts';
import { auditOf, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { canonicalJson, FIELD_ORDER } from '../../protocol/index.ts';
import { verificationKeyHash } from '../verifier/index.ts';

const PROOFS = `days/${DAY2}/proofs.json`;
const meters = realDays(1)[0];
type Files = Map<string, string>;

const genesisKeys = (files: Files): { dayBill: string; clearing: string } => {
  const { params } = JSON.parse(files.get('genesis.json')!).app_state.meter;
  return { dayBill: params.day_bill_key_hash, clearing: params.clearing_key_hash };
};

/** Pins another DayBill key everywhere that one is named, as a forger of the whole bundle would. */
function pinned(change: (key: Untyped) => void): Files {
  const files = exported();
  const { dayBill } = genesisKeys(files);
  const key = JSON.parse(files.get(`keys/${dayBill}.json`)!);
  change(key);
  const hash = verificationKeyHash(key);
  for (const path of [
    'genesis.json',
    `days/${DAY1}/book.json`,
    `days/${DAY1}/chain.json`,
    `days/${DAY2}/book.json`,
    `days/${DAY2}/chain.json`,
  ])
    files.set(path, files.get(path)!.replaceAll(dayBill, hash));
  files.delete(`keys/${dayBill}.json`);
  files.set(`keys/${hash}.json`, canonicalJson(key));
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
    expect(namesOf(verdict)).toEqual(['8 clearing key', '8 day-bill key']);
    expect(linesOf(verdict, '8 day-bill key')[0].detail).toMatch(/development key: whoever made it can forge proofs/);
  });

  test('refuses them by their points, under whatever hash genesis pins them', async () => {
    // What the file says besides its points is no secret of a ceremony: e(alpha, beta) is computed, never read.
    const files = pinned((key) => {
      (key.vk_alphabeta_12 as string[][][])[0][0][0] = '1';
    });
    const verdict = await auditOf(files, { developmentKeys: false });
    expect(linesOf(verdict, '8 day-bill key')[0].detail).toMatch(/development key/);
    expect((await auditOf(files)).development.join()).toContain('development keys');
  });

  test('refuses a key file with a field of its own', async () => {
    const files = pinned((key) => {
      key.comment = 'our own ceremony';
    });
    const verdict = await auditOf(files);
    expect(verdict.exitCode).toBe(1);
    expect(linesOf(verdict, '8 day-bill key')[0].detail).toContain('no field "comment"');
  });

  test('refuses a key with a point outside the subgroup, whatever its proofs say: no bill of it is verified', async () => {
    for (const field of ['vk_beta_2', 'vk_gamma_2', 'vk_delta_2'] as const) {
      const files = pinned((key) => {
        key[field] = [...offSubgroup().slice(0, 2), ['1', '0']];
      });
      const verdict = await auditOf(files);
      expect(verdict.exitCode).toBe(1);
      expect(linesOf(verdict, '8 day-bill key')[0].detail).toContain(`vk.${field}: expected a point of the subgroup`);
      expect(namesOf(verdict, 'not-checked')).toContain('5 bills');
    }
  });

  test('refuses gamma = delta, with which anybody forges any proof', async () => {
    const verdict = await auditOf(
      pinned((key) => {
        key.vk_delta_2 = key.vk_gamma_2;
      }),
    );
    expect(linesOf(verdict, '8 day-bill key').map((c) => c.detail)).toEqual([expect.stringMatching(/gamma/)]);
    expect(linesOf(verdict, '5 bills', 'not-checked')).toHaveLength(1);
    expect(verdict.exitCode).toBe(1);
  });

  test('refuses gamma = −delta', async () => {
    const p = bn254.fields.Fp.ORDER;
    const verdict = await auditOf(
      pinned((key) => {
        key.vk_delta_2 = [key.vk_gamma_2[0], key.vk_gamma_2[1].map((c: string) => String(p - BigInt(c))), key.vk_gamma_2[2]];
      }),
    );
    expect(linesOf(verdict, '8 day-bill key').map((c) => c.detail)).toEqual([expect.stringMatching(/gamma/)]);
  });

  test('refuses a key file with other content than its name', async () => {
    const files = exported();
    const { dayBill, clearing } = genesisKeys(files);
    files.set(`keys/${dayBill}.json`, files.get(`keys/${clearing}.json`)!);
    const verdict = await auditOf(files);
    expect(linesOf(verdict, '8 day-bill key').map((c) => c.detail)).toEqual([expect.stringMatching(/not the one that genesis pins/)]);
    expect(verdict.exitCode).toBe(1);
  });

  test('refuses keys of the wrong circuit, even where genesis pins them', async () => {
    const files = exported();
    edit(files, 'genesis.json', (g) => {
      const { params } = g.app_state.meter;
      [params.day_bill_key_hash, params.clearing_key_hash] = [params.clearing_key_hash, params.day_bill_key_hash];
    });
    expect(namesOf(await auditOf(files))).toEqual(['8 clearing key', '8 day-bill key', '8 keys']);
  });

  test('takes a key file with white space: its hash is that of its canonical text', async () => {
    const files = exported();
    for (const hash of bundleKeyHashes())
      files.set(`keys/${hash}.json`, JSON.stringify(JSON.parse(files.get(`keys/${hash}.json`)!), null, 1));
    expect((await auditOf(files)).exitCode).toBe(0);
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
