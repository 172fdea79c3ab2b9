/**
 * Makes sdk/vectors/shared-books.json: the text of a book of communities, and changes of it, that are read by the chain
 * (chain/internal/daybook) and by TypeScript (src/protocol/bundle). `node scripts/run.mjs test/kit/shared-books.ts`.
 */
import { writeFileSync } from 'node:fs';
import { encodeSharedBook, MAIN_CIRCUIT_NAMES, type SharedBook } from '../../src/protocol/index.ts';
import { genesisAddress } from './genesis.ts';

const flat = (price: number): number[] => Array<number>(96).fill(price);

const book: SharedBook = {
  chainId: 'electra-main-5eed0001',
  day: 20_635,
  tariff: { rule: 'shared/1', retailNelPerWh: flat(191_000), feedInNelPerWh: flat(0), feePerDayNel: 250_000_000n },
  rosterDigest: 'ab'.repeat(32),
  keys: Object.fromEntries(MAIN_CIRCUIT_NAMES.map((name, i) => [name, `0${i}`.repeat(32)])) as SharedBook['keys'],
  X: 77n,
  prices: { buyNelPerWh: flat(191_000), sellNelPerWh: flat(70_000) },
  meters: [1, 2, 3, 4].map((n) =>
    n === 2
      ? { meter: genesisAddress(n), source: 'absent' as const }
      : { meter: genesisAddress(n), source: 'metered' as const, C: 5n, K: 6n, B: 7n + BigInt(n), L0: 8n, L1: 9n },
  ),
};
const absent = `{"meter":"${genesisAddress(2)}","source":"absent"}`;
const metered = `"B":"8","C":"5","K":"6","L0":"8","L1":"9","meter":"${genesisAddress(1)}","source":"metered"}`;

/** what, where in the text, by what it is replaced */
const REFUSED: readonly (readonly [what: string, from: string, to: string])[] = [
  ['an absent one with a bill', absent, `{"B":"8","meter":"${genesisAddress(2)}","source":"absent"}`],
  ['an absent one with a bill of nothing', absent, `{"B":"","meter":"${genesisAddress(2)}","source":"absent"}`],
  ['an absent one that copies', absent, `{"from":"0","fromDay":"0","meter":"${genesisAddress(2)}","source":"absent"}`],
  [
    'a metered one that copies',
    `${metered.slice(0, metered.indexOf('"meter"'))}`,
    '"B":"8","C":"5","K":"6","L0":"8","L1":"9","from":"0","fromDay":"0",',
  ],
  ['a metered one without a bill', metered, metered.replace('"B":"8",', '')],
  ['a metered one without a link', metered, metered.replace('"L1":"9",', '')],
  ['a substitute', absent, absent.replace('absent', 'substitute')],
  ['a disputed one', metered, metered.replace('metered', 'disputed')],
  ['a source twice', absent, absent.replace('}', ',"source":"absent"}')],
  ['a key of a community’s circuit', '"bill-sum"', '"clearing"'],
  ['a key less', '"net":"03', '"nett":"03'],
  ['a space', '"meters":[', '"meters": ['],
  ['no totals', '"X":"77",', ''],
  ['a bill with a zero before it', '"B":"8"', '"B":"08"'],
  ['a format that is none', 'electra/book/v2', 'electra/book/v1'],
];

const text = encodeSharedBook(book);
const cases = REFUSED.map(([what, from, to]) => {
  if (!text.includes(from)) throw new Error(`${what}: not in the book`);
  return { what, from, to };
});
const about =
  'A book of communities as it is read, and changes of its text (the first place of `from`) that are refused by whoever reads it.';
writeFileSync(
  new URL('../../sdk/vectors/shared-books.json', import.meta.url),
  `{
  "about": ${JSON.stringify(about)},
  "metered": ${JSON.stringify([1, 3, 4].map(genesisAddress))},
  "absent": ${JSON.stringify([genesisAddress(2)])},
  "book": ${JSON.stringify(text)},
  "refused": [
${cases.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}
  ]
}
`,
);
