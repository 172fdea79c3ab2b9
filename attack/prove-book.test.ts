/**
 * Every attack on the audit by a bundle, sent to the chain as well (docs/prove-book.md): what the audit refuses of a book or its proofs,
 * the chain refuses too, by its own code for it. What only an audit sees, headers, state proofs, the log, runs and lateness, it takes: that
 * is why an audit trusts none of the chain's verdicts.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChainVerdict, chainVerdicts } from '../test/kit/attack/chain-verdicts.ts';
import { closeAll } from '../test/kit/attack/clean-up.ts';
import { attacks } from './list.ts';

/** The chain's codes for what a check of the audit refuses; of other checks it knows nothing. */
const CODES: Record<string, readonly number[]> = {
  '3 book': [125, 127, 128],
  '3 meters': [128],
  '3 copies': [129],
  '3 tariff': [130],
  '3 prices': [131],
  '3 anchor': [126, 133],
  '4 inputs': [125],
  '5 bills': [136],
  '5s substitutes': [136],
  '6 clearing': [136],
  '7 links': [134],
  '8 keys': [132],
  '9 points': [125, 135],
};

/** What comes to something else, and why. */
const OTHERWISE: Record<string, { code: number | null; why: string }> = {
  'book-anchored-late': { code: 0, why: 'the chain takes it, with its time: whether that is too late the audit says' },
  'slot-price-after-the-fact': { code: 0, why: 'no chain has set such prices, but this one is told that it has' },
  'copied-day-of-choice': { code: 0, why: 'the days that should be copied lie before the bundle, where this chain has none' },
  'void-that-is-none': { code: 0, why: 'the day that should be copied lies before the bundle, where this chain has none' },
  'book-never-verified': { code: 0, why: 'the chain takes it now: that it never did is what this bundle’s own chain says' },
  'day-looked-at-left-out': { code: 0, why: 'it is left out of a file, and no chain lacks its own days' },
  'correction-that-nobody-proved': { code: 0, why: 'without its proofs it cannot be sent' },
  'tariff-backdated': { code: 130, why: 'the file says another tariff than the chain has' },
  'gamma-equals-delta': { code: null, why: 'no chain begins with such a key' },
  'key-outside-the-subgroup': { code: null, why: 'no chain begins with such a key' },
  'silence-over-many-months': {
    code: 129,
    why: 'the days between are not in the bundle: for the chain they are void, and nothing copies them',
  },
  'open-run-forgotten': { code: 129, why: 'the days between are not in the bundle: for the chain they are void, and nothing copies them' },
};

// Here stands a community's chain. What a main chain's own modules are told wrong is no book that it could be sent.
const onBundles = attacks.filter(({ bundle, group }) => bundle !== undefined && group !== 'main chain');
const dueOf = (refusedBy: readonly string[]): readonly number[] => refusedBy.flatMap((check) => CODES[check] ?? []);
const verdicts = new Map<string, ChainVerdict>();

beforeAll(async () => {
  const bundles: ReadonlyMap<string, string>[] = [];
  for (const { bundle } of onBundles) bundles.push(await bundle!());
  const said = await chainVerdicts(bundles);
  onBundles.forEach(({ name }, i) => {
    verdicts.set(name, said[i]);
  });
}, 600_000);
afterAll(closeAll);

test.each(onBundles)('$name', ({ name, refusedBy }) => {
  const { code, says } = verdicts.get(name)!;
  const due = dueOf(refusedBy);
  expect(name in OTHERWISE ? [OTHERWISE[name].code] : due.length > 0 ? due : [0], says).toContain(code);
});

test('most of what is refused of books is refused by the chain', () => {
  const refused = onBundles.filter(({ name }) => (verdicts.get(name)!.code ?? 0) > 0);
  expect(refused.length).toBeGreaterThan(40);
});
