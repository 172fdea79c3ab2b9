/**
 * Verification with real proofs of one real day (made by circuits/scripts/real-day-proofs.ts): what holds, and every malformed or lying
 * proof refused with its reason. Both backends, where points matter.
 */
import { readFileSync } from 'node:fs';
import { bn254 } from '@noble/curves/bn254.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { realBills, realClearing, realSubstitutes } from '../../../circuits/testing/real-day.ts';
import { wasmBackend } from '../../node/proofs/backend-wasm.ts';
import type { Fp2, G2Affine } from './curve.ts';
import { isOnG1, isOnTwist, P, PSI_EIGENVALUE, psi, R } from './curve.ts';
import type { Backend, Claim, ProofJson, Random, VerificationKey } from './index.ts';
import {
  clearingPublic,
  dayBillPublic,
  decodeVerificationKey,
  nobleBackend,
  PUBLIC_INPUTS,
  substitutePublic,
  verificationKeyId,
  verifyBatch,
} from './index.ts';

const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

const readKey = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(`${keysFolder}/${name}.vk.json`, 'utf8')) as Record<string, unknown>;
const vkJson = readKey('day-bill');
const vk: VerificationKey = decodeVerificationKey(vkJson, 203);
const clearingVk: VerificationKey = decodeVerificationKey(readKey('clearing'), 389);

interface Proven {
  id: string;
  proof: ProofJson;
}
const proven = JSON.parse(readFileSync(new URL('./testdata/real-day-proofs.json', import.meta.url), 'utf8')) as {
  bills: Proven[];
  clearing: Proven;
  substitutes: Proven[];
};
const claims: (Claim & { proof: ProofJson })[] = realBills.map((bill, i) => ({ ...proven.bills[i], publicInputs: dayBillPublic(bill) }));
const clearingClaim = { ...proven.clearing, publicInputs: clearingPublic(realClearing) };
const substituteVk: VerificationKey = decodeVerificationKey(readKey('substitute'), 6);
const substituteClaims: Claim[] = realSubstitutes.map((one, i) => ({ ...proven.substitutes[i], publicInputs: substitutePublic(one) }));

const BACKENDS: Record<string, () => Promise<Backend>> = { wasm: wasmBackend, noble: async () => nobleBackend };
const one = async (claim: Claim, backend?: Backend): Promise<string> => {
  const { ok, bad } = await verifyBatch(vk, [claim], systemRandom, backend);
  expect(ok).toBe(bad.length === 0);
  return ok ? 'holds' : `${bad[0].reason}: ${bad[0].detail}`;
};
const withProof = (changes: object): Claim => ({ ...claims[0], proof: { ...claims[0].proof, ...changes } });

describe.each(Object.keys(BACKENDS))('a real day, by %s', (name) => {
  test('its 13 bills hold in one batch', async () => {
    expect(await verifyBatch(vk, claims, systemRandom, await BACKENDS[name]())).toEqual({ ok: true, bad: [] });
  });

  test('its clearing holds', async () => {
    expect(await verifyBatch(clearingVk, [clearingClaim], systemRandom, await BACKENDS[name]())).toEqual({ ok: true, bad: [] });
  });

  test('a copy of it and a zero day hold, and exchanged both are named', async () => {
    const backend = await BACKENDS[name]();
    expect(await verifyBatch(substituteVk, substituteClaims, systemRandom, backend)).toEqual({ ok: true, bad: [] });
    const exchanged = substituteClaims.map((claim, i) => ({ ...claim, proof: substituteClaims[1 - i].proof }));
    expect((await verifyBatch(substituteVk, exchanged, systemRandom, backend)).bad.map(({ reason }) => reason)).toEqual([
      'does-not-hold',
      'does-not-hold',
    ]);
  });

  test('two exchanged proofs and one wrong S are found and named, and nothing else', async () => {
    const tampered: Claim[] = claims.map((claim) => ({ ...claim }));
    [tampered[2], tampered[9]] = [
      { ...tampered[2], proof: claims[9].proof },
      { ...tampered[9], proof: claims[2].proof },
    ];
    tampered[5] = { ...tampered[5], publicInputs: claims[5].publicInputs.map((value, i) => (i === 5 ? value + 1n : value)) };
    const { ok, bad } = await verifyBatch(vk, tampered, systemRandom, await BACKENDS[name]());
    expect(ok).toBe(false);
    expect(bad.map(({ id, reason }) => [id, reason])).toEqual([2, 5, 9].map((i) => [claims[i].id, 'does-not-hold']));
  });

  test('each component of a proof matters', async () => {
    const backend = await BACKENDS[name]();
    for (const part of ['a', 'b', 'c'] as const)
      expect(await one(withProof({ [part]: claims[1].proof[part] }), backend)).toMatch(/^does-not-hold/);
  });

  test('a proof outside the subgroup is refused', async () => {
    expect(await one(withProof({ b: decimal(outsideSubgroup()) }), await BACKENDS[name]())).toBe(
      'malformed-proof: proof.b: expected a point of the subgroup of order r',
    );
  });
});

test('an empty batch holds', async () => {
  expect(await verifyBatch(vk, [], systemRandom)).toEqual({ ok: true, bad: [] });
});

test('a hundred bills with one bad one: found in a batch', async () => {
  const many: Claim[] = Array.from({ length: 100 }, (_, i) => ({ ...claims[i % claims.length], id: `bill ${i}` }));
  many[61] = { ...many[61], proof: claims[(61 + 1) % claims.length].proof };
  expect((await verifyBatch(vk, many, systemRandom)).bad.map((b) => b.id)).toEqual(['bill 61']);
});

test('proofs that cancel out in a batch of equal weights do not cancel out under fresh coefficients', async () => {
  // C moved by +G in one proof and by −G in another: the sum of both equations is as before.
  const shift = (point: readonly [string, string], by: typeof bn254.G1.Point.BASE): [string, string] => {
    const moved = bn254.G1.Point.fromAffine({ x: BigInt(point[0]), y: BigInt(point[1]) })
      .add(by)
      .toAffine();
    return [String(moved.x), String(moved.y)];
  };
  const G = bn254.G1.Point.BASE;
  const pair = [
    { ...claims[0], proof: { ...claims[0].proof, c: shift(claims[0].proof.c, G) } },
    { ...claims[1], proof: { ...claims[1].proof, c: shift(claims[1].proof.c, G.negate()) } },
  ];
  expect((await verifyBatch(vk, pair, (n) => new Uint8Array(n))).ok).toBe(true); // what equal weights would say
  expect((await verifyBatch(vk, pair, systemRandom)).bad.map((b) => b.id)).toEqual([claims[0].id, claims[1].id]);
});

test('(−A, −B, C) holds too: a proof is no identity', async () => {
  const { a, b } = claims[0].proof;
  const negated = { a: [a[0], String(P - BigInt(a[1]))], b: [b[0], b[1].map((c) => String((P - BigInt(c)) % P))] };
  expect(await one(withProof(negated))).toBe('holds');
});

// ── Encodings ────────────────────────────────────────────────────────────────

const decimal = ([x, y]: G2Affine): string[][] => [x.map(String), y.map(String)];

/** A point of the twisted curve outside the group of order r: nearly every point is. */
function outsideSubgroup(): G2Affine {
  const { Fp2 } = bn254.fields;
  const b = Fp2.mul(Fp2.fromBigTuple([3n, 0n]), Fp2.inv(Fp2.fromBigTuple([9n, 1n])));
  for (let i = 1n; ; i++) {
    const x = Fp2.fromBigTuple([i, 5n]);
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
      return [
        [x.c0, x.c1],
        [y.c0, y.c1],
      ];
    } catch {
      /* no square: the next x */
    }
  }
}

describe('malformed proofs are refused with the reason', () => {
  const a = (): readonly [string, string] => claims[0].proof.a;
  const b = (): ProofJson['b'] => claims[0].proof.b;
  const cases: [string, () => object, string][] = [
    [
      'a coordinate plus p',
      () => ({ a: [String(BigInt(a()[0]) + P), a()[1]] }),
      'proof.a[0]: expected a coordinate below the field order p',
    ],
    [
      'a G2 coordinate plus p',
      () => ({ b: [[b()[0][0], String(BigInt(b()[0][1]) + P)], b()[1]] }),
      'proof.b[0][1]: expected a coordinate below the field order p',
    ],
    ['hexadecimal', () => ({ a: [`0x${BigInt(a()[0]).toString(16)}`, a()[1]] }), 'proof.a[0]: expected a decimal string in canonical form'],
    [
      'a leading zero',
      () => ({ c: [`0${claims[0].proof.c[0]}`, claims[0].proof.c[1]] }),
      'proof.c[0]: expected a decimal string in canonical form',
    ],
    ['a plus sign', () => ({ a: [`+${a()[0]}`, a()[1]] }), 'proof.a[0]: expected a decimal string in canonical form'],
    ['a negative coordinate', () => ({ a: [a()[0], `-${a()[1]}`] }), 'proof.a[1]: expected a decimal string in canonical form'],
    ['a trailing newline', () => ({ a: [a()[0], `${a()[1]}\n`] }), 'proof.a[1]: expected a decimal string in canonical form'],
    ['a number', () => ({ a: [1, 2] }), 'proof.a[0]: expected a decimal string in canonical form'],
    ['an empty string', () => ({ a: ['', a()[1]] }), 'proof.a[0]: expected a decimal string in canonical form'],
    ['a third, Jacobian coordinate', () => ({ a: [...a(), '1'] }), 'proof.a: expected a list of 2'],
    ['infinity in G1', () => ({ a: ['0', '0'] }), 'proof.a: expected a point other than infinity'],
    [
      'infinity in G2',
      () => ({
        b: [
          ['0', '0'],
          ['0', '0'],
        ],
      }),
      'proof.b: expected a point other than infinity',
    ],
    ['a point off the curve', () => ({ a: [a()[0], String((BigInt(a()[1]) + 1n) % P)] }), 'proof.a: expected a point on the curve'],
    ['a point off the twisted curve', () => ({ b: [b()[0], [b()[1][1], b()[1][0]]] }), 'proof.b: expected a point on the twisted curve'],
    ['a G1 point for b', () => ({ b: a() }), 'proof.b[0]: expected a list of 2'],
    ['no b', () => ({ b: undefined }), 'proof.b: expected a list of 2'],
    ['a further key', () => ({ extra: '1' }), 'proof: expected an object of a, b, c'],
  ];
  test.each(cases)('%s', async (_, changes, detail) => {
    expect(await one(withProof(changes()))).toBe(`malformed-proof: ${detail}`);
  });

  test.each([null, 'proof', 7, []])('%j instead of a proof', async (proof) => {
    expect(await one({ ...claims[0], proof })).toBe('malformed-proof: proof: expected an object of a, b, c');
  });

  test('a malformed proof does not hide a lying one in its batch', async () => {
    const { bad } = await verifyBatch(
      vk,
      [withProof({ a: ['0', '0'] }), claims[1], { ...claims[2], proof: claims[3].proof }],
      systemRandom,
    );
    expect(bad.map((entry) => [entry.id, entry.reason])).toEqual([
      [claims[0].id, 'malformed-proof'],
      [claims[2].id, 'does-not-hold'],
    ]);
  });

  test('any changed digit of a real proof is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('a0', 'a1', 'b00', 'b01', 'b10', 'b11', 'c0', 'c1'),
        fc.nat(74),
        fc.integer({ min: 1, max: 9 }),
        async (at, digit, step) => {
          const proof = structuredClone(claims[0].proof) as unknown as Record<string, (string | string[])[]>;
          const holder = (at.length === 3 ? proof.b[Number(at[1])] : proof[at[0]]) as string[];
          const index = Number(at[at.length - 1]);
          const text = holder[index];
          const position = digit % text.length;
          holder[index] = text.slice(0, position) + String((Number(text[position]) + step) % 10) + text.slice(position + 1);
          expect(await one({ ...claims[0], proof })).toMatch(/^malformed-proof/);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('public inputs', () => {
  const inputs = (): bigint[] => [...claims[0].publicInputs];
  test.each<[string, () => bigint[], string]>([
    [
      'an input plus r',
      () => inputs().map((v, i) => (i === 9 ? v + R : v)),
      'wrong-inputs: public input 9: expected an integer in 0 … r-1',
    ],
    [
      'a negative input',
      () => inputs().map((v, i) => (i === 10 ? -v : v)),
      'wrong-inputs: public input 10: expected an integer in 0 … r-1',
    ],
    [
      'an input that is no bigint',
      () => inputs().map((v, i) => (i === 0 ? (String(v) as unknown as bigint) : v)),
      'wrong-inputs: public input 0: expected an integer in 0 … r-1',
    ],
    ['one input more', () => [...inputs(), 0n], 'wrong-inputs: expected 203 public inputs, got 204'],
    ['one input less', () => inputs().slice(0, -1), 'wrong-inputs: expected 203 public inputs, got 202'],
    ['no inputs', () => [], 'wrong-inputs: expected 203 public inputs, got 0'],
  ])('%s is refused', async (_, changed, expected) => {
    expect(await one({ ...claims[0], publicInputs: changed() })).toBe(expected);
  });

  test.each(
    ['C', 'K', 'B', 'L0', 'L1', 'S', 'rho', 'gridId', 'meterTag', 'day', 'feePerDay', 'buy[0]'].map((name, i) => [name, i] as const),
  )('a changed %s is refused', async (_, i) => {
    expect(await one({ ...claims[0], publicInputs: inputs().map((v, at) => (at === i ? v + 1n : v)) })).toMatch(/^does-not-hold/);
  });

  test('builders refuse what is out of range, naming the field', () => {
    const bill = realBills[0];
    expect(() => dayBillPublic({ ...bill, C: R })).toThrow(/^C:/);
    expect(() => dayBillPublic({ ...bill, day: 2 ** 32 })).toThrow(/^day:/);
    expect(() => dayBillPublic({ ...bill, feePerDayNel: -1n })).toThrow(/^feePerDayNel:/);
    expect(() => dayBillPublic({ ...bill, feePerDayNel: 2n ** 48n })).toThrow(/^feePerDayNel:/);
    expect(() => dayBillPublic({ ...bill, sellNelPerWh: bill.sellNelPerWh.slice(1) })).toThrow(/^sellNelPerWh:/);
    expect(() => dayBillPublic({ ...bill, buyNelPerWh: bill.buyNelPerWh.map((p, i) => (i === 4 ? 2 ** 31 : p)) })).toThrow(
      /^buyNelPerWh\[4\]:/,
    );
    expect(() => clearingPublic({ ...realClearing, buyNelPerWh: realClearing.buyNelPerWh.map((p, i) => (i === 4 ? p + 1 : p)) })).toThrow(
      /^buyNelPerWh\[4\]:/,
    );
    expect(() =>
      clearingPublic({ ...realClearing, feedInNelPerWh: realClearing.feedInNelPerWh.map((p, i) => (i === 4 ? p + 1000 : p)) }),
    ).toThrow(/^feedInNelPerWh\[4\]:/);
    expect(() => clearingPublic({ ...realClearing, tick: 0 })).toThrow(/^tick:/);
    expect(clearingPublic({ ...realClearing, feedInNelPerWh: realClearing.feedInNelPerWh.map(() => -2000) })[5 + 96]).toBe(R - 2n);
  });
});

// ── Keys ─────────────────────────────────────────────────────────────────────

describe('verification keys', () => {
  const changed =
    (changes: object): (() => unknown) =>
    () =>
      decodeVerificationKey({ ...vkJson, ...changes }, 203);
  const [gammaX, gammaY] = vkJson.vk_gamma_2 as string[][];

  test('gamma = delta is refused: with it anybody forges', () => {
    expect(changed({ vk_delta_2: vkJson.vk_gamma_2 })).toThrow(expect.objectContaining({ code: 'weak-key', field: 'delta' }));
  });
  test('gamma = −delta is refused likewise', () => {
    expect(changed({ vk_delta_2: [gammaX, gammaY.map((c) => String((P - BigInt(c)) % P)), ['1', '0']] })).toThrow(
      expect.objectContaining({ code: 'weak-key' }),
    );
  });
  test.each<[string, object, string]>([
    ['another protocol', { protocol: 'plonk' }, 'vk.protocol'],
    ['another curve', { curve: 'bls12381' }, 'vk.curve'],
    ['another number of inputs', { nPublic: 202 }, 'vk.nPublic'],
    ['one IC point less', { IC: (vkJson.IC as unknown[]).slice(1) }, 'vk.IC'],
    ['alpha at infinity', { vk_alpha_1: ['0', '1', '0'] }, 'vk.vk_alpha_1[2]'],
    ['alpha off the curve', { vk_alpha_1: ['1', '1', '1'] }, 'vk.vk_alpha_1'],
    ['Jacobian z = 2', { vk_beta_2: [gammaX, gammaY, ['2', '0']] }, 'vk.vk_beta_2[2]'],
    ['no delta', { vk_delta_2: undefined }, 'vk.vk_delta_2'],
    ['beta outside the subgroup', { vk_beta_2: [...decimal(outsideSubgroup()), ['1', '0']] }, 'vk.vk_beta_2'],
    ['gamma outside the subgroup', { vk_gamma_2: [...decimal(outsideSubgroup()), ['1', '0']] }, 'vk.vk_gamma_2'],
    ['delta outside the subgroup', { vk_delta_2: [...decimal(outsideSubgroup()), ['1', '0']] }, 'vk.vk_delta_2'],
    ['a field of its own', { comment: 'ours' }, 'vk'],
  ])('%s is refused', (_, changes, field) => {
    expect(changed(changes)).toThrow(expect.objectContaining({ code: 'malformed-key', field }));
  });
  test.each(Object.keys(BACKENDS))('beta outside the subgroup is refused by %s', async (name) => {
    const key = { ...decodeVerificationKey(vkJson, 203), beta: outsideSubgroup() };
    await expect(verifyBatch(key, [claims[0]], systemRandom, await BACKENDS[name]())).rejects.toMatchObject({
      code: 'malformed-key',
      field: 'vk.vk_beta_2',
    });
  });
  test('the id names the shipped development keys, whatever else stands in the file', () => {
    const marker = JSON.parse(readFileSync(`${keysFolder}/development.json`, 'utf8')) as {
      development: boolean;
      keys: { circuit: string; keyId: string; publicInputs: number }[];
    };
    expect(marker.development).toBe(true);
    const idOf = (circuit: string, json: unknown, inputs: number) => verificationKeyId(circuit, decodeVerificationKey(json, inputs));
    for (const { circuit, keyId, publicInputs } of marker.keys) expect(idOf(circuit, readKey(circuit), publicInputs)).toBe(keyId);
    expect(marker.keys.map(({ circuit }) => circuit).sort()).toEqual(Object.keys(PUBLIC_INPUTS).sort());
    expect(idOf('day-bill', { ...vkJson, vk_alphabeta_12: [] }, 203)).toBe(idOf('day-bill', vkJson, 203));
  });
  test("the other circuit's key accepts no bill", async () => {
    const { bad } = await verifyBatch(clearingVk, [claims[0]], systemRandom);
    expect(bad[0].reason).toBe('wrong-inputs');
  });
});

test('randomness that is not delivered stops verification', async () => {
  await expect(verifyBatch(vk, [claims[0]], () => new Uint8Array(8))).rejects.toMatchObject({ code: 'invalid-argument', field: 'random' });
});

// ── The curve ────────────────────────────────────────────────────────────────

describe('the subgroup test', () => {
  const affine = (point: typeof bn254.G2.Point.BASE): G2Affine => {
    const { x, y } = point.toAffine();
    return [
      [x.c0, x.c1],
      [y.c0, y.c1],
    ] as [Fp2, Fp2];
  };
  const inGroup = (point: G2Affine): boolean => {
    const { Fp2: F } = bn254.fields;
    const [lift, image] = [point, psi(point)].map(([x, y]) =>
      bn254.G2.Point.fromAffine({ x: F.fromBigTuple([...x]), y: F.fromBigTuple([...y]) }),
    );
    return lift.multiplyUnsafe(PSI_EIGENVALUE).equals(image);
  };

  test('ψ acts on G2 as t − 1, and t − 1 satisfies the equation that makes the test exact', () => {
    expect(PSI_EIGENVALUE).toBe(6n * 4965661367192848881n ** 2n);
    const t = PSI_EIGENVALUE + 1n;
    expect(PSI_EIGENVALUE ** 2n - t * PSI_EIGENVALUE + P).toBe(R); // ψ² − tψ + p at ψ = t − 1
    expect((2n * P - R) % R).not.toBe(0n); // so that r-torsion over Fp2 is G2 alone
  });

  const times = (point: typeof bn254.G2.Point.BASE, n: bigint): typeof bn254.G2.Point.BASE =>
    [...n.toString(2)].reduce((sum, bit) => (bit === '1' ? sum.double().add(point) : sum.double()), bn254.G2.Point.ZERO);

  test('accepts multiples of the generator and refuses points times r, cofactors and sums', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: R - 1n }), (k) => {
        const point = affine(bn254.G2.Point.BASE.multiply(k));
        expect([isOnTwist(point), inGroup(point)]).toEqual([true, true]);
      }),
      { numRuns: 10 },
    );
    const { Fp2: F } = bn254.fields;
    const [x, y] = outsideSubgroup();
    const outside = bn254.G2.Point.fromAffine({ x: F.fromBigTuple([...x]), y: F.fromBigTuple([...y]) });
    const torsion = times(outside, R); // in the cofactor's part
    for (const point of [outside, torsion, bn254.G2.Point.BASE.add(torsion)]) {
      expect([isOnTwist(affine(point)), inGroup(affine(point))]).toEqual([true, false]);
    }
    expect(inGroup(affine(times(outside, 2n * P - R)))).toBe(true);
  });

  test('points off the curves are seen', () => {
    expect(isOnG1([1n, 2n])).toBe(true);
    expect(isOnG1([1n, 3n])).toBe(false);
    expect(isOnG1([0n, 0n])).toBe(false);
    expect(
      isOnTwist([
        [0n, 0n],
        [0n, 0n],
      ]),
    ).toBe(false);
  });
});
