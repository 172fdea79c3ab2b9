/**
 * Wholes of the audit's test community, honest and altered, with the name of what the chain refuses them by (docs/prove-book.md) and the
 * check by which the audit refuses the bundle that they make. Each altered book is anchored as it is, but where that is the matter.
 */
import { accountText, FIELD_ORDER } from '../../../src/protocol/index.ts';
import type { Editable } from '../audit/bundles.ts';
import { bigEndian32, billAt, textOf, withBook, withBytes, withEntries } from './altered.ts';
import {
  anchorOf,
  chainOf,
  edited,
  type ProveCase,
  plusOne,
  refusing,
  replaced,
  SOURCES,
  same,
  taken,
  unanchored,
  wholes,
} from './make.ts';
import { pointCases, proofCases } from './proof-cases.ts';

const VOID_S = 14 * 86_400;

function orderCases(): ProveCase[] {
  const { frozenUnixS } = chainOf(SOURCES['honest 1']);
  return [
    ...Object.keys(SOURCES)
      .filter((name) => !/raised|moved|broken/.test(name))
      .map((name) => taken(name, name)),
    refusing('ErrNotAnchored')('a book that nobody anchored', same, null, { anchor: null }),
    refusing('ErrProven')('what is proven already', same, null, { after: ['honest 1', 'honest 2'] }),
    refusing('ErrProveOrder')('a day before the one before it', same, null, { after: [] }),
    refusing('ErrProveOrder')('a correction before version 1', same, null, { of: 'correction of 1', after: [] }),
    refusing('ErrVoid')('a day that is void', same, null, { of: 'honest 1', unix_s: frozenUnixS + VOID_S + 1 }),
  ];
}

function layoutCases(): ProveCase[] {
  const whole = refusing('ErrWhole');
  const head = (change: (length: number) => number) => (bytes: Uint8Array) => {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    view.setUint32(1, change(view.getUint32(1, true)), true);
    return copy;
  };
  const kept = unanchored('honest 2');
  return [
    whole('another version of the layout', (bytes) => withBytes(bytes, 0, Uint8Array.of(2)), null),
    whole(
      'a book longer than all',
      head(() => 0xffff_fff0),
      null,
      kept,
    ),
    whole('four bytes', (bytes) => bytes.slice(0, 4), null, kept),
    whole('a byte after the last proof', (bytes) => Uint8Array.from([...bytes, 0]), null),
    whole('a byte less', (bytes) => bytes.slice(0, -1), null),
    whole('no clearing', (bytes) => bytes.slice(0, -128), null),
    whole('a proof too many', (bytes) => Uint8Array.from([...bytes, ...bytes.slice(-128)]), null),
    whole('a clearing in a correction', (bytes) => Uint8Array.from([...bytes, ...wholes['honest 1'].slice(-128)]), null, {
      of: 'correction of 1',
    }),
    whole('S = r', (bytes) => withBytes(bytes, billAt(bytes, 3), bigEndian32(FIELD_ORDER)), null),
    refusing('ErrBookBytes')(
      'a price by a tick, not anchored',
      edited((b) => (b.prices.buyNelPerWh[30] = plusOne(b.prices.buyNelPerWh[30]))),
      '3 anchor',
      kept,
    ),
    refusing('ErrBookBytes')(
      'a book shorter by a byte than it says',
      head((length) => length - 1),
      null,
      kept,
    ),
  ];
}

const spaced = replaced('":', '": ');

function bookCases(): ProveCase[] {
  const book = refusing('ErrBook');
  const [first] = JSON.parse(textOf(wholes['honest 2'])).meters;
  return [
    book('with a space', spaced, null),
    book('with a leading zero', replaced('"day":"', '"day":"0'), null),
    book('with its keys in another order', replaced(/^\{("X":"\d+"),(.*)\}$/s, '{$2,$1}'), null),
    book('with a key twice', replaced('{', '{"X":"9",'), null),
    book('with an unknown key', replaced('"B":"', '"A":"1","B":"'), null),
    book('of another format', replaced('electra/book/v2', 'electra/book/v3'), null),
    book(
      'with C = r',
      edited((b) => (b.meters[0].C = String(FIELD_ORDER))),
      null,
    ),
    book(
      'with 95 prices',
      edited((b) => b.prices.buyNelPerWh.pop()),
      null,
    ),
    book(
      'without X',
      edited((b) => delete b.X),
      null,
    ),
    book(
      'with a meter twice',
      edited((b) => (b.meters[1].meter = b.meters[0].meter)),
      null,
    ),
    book(
      'with meters out of order',
      edited((b) => ([b.meters[0], b.meters[1]] = [b.meters[1], b.meters[0]])),
      null,
    ),
    book(
      'with a copy of a metered day',
      edited((b) => Object.assign(b.meters[0], { fromDay: '20629', from: first.C })),
      null,
    ),
    book(
      'of a price of 2^31',
      edited((b) => (b.prices.buyNelPerWh[0] = String(2 ** 31))),
      null,
    ),
    book(
      'of another chain',
      edited((b) => (b.chainId = 'electra-rural-5eed0002')),
      '3 book',
    ),
    book(
      'of another day',
      edited((b) => (b.day = '20637')),
      '3 book',
    ),
    book(
      'of version 2',
      edited((b) => {
        b.version = '2';
        delete b.X;
      }),
      null,
    ),
  ];
}

/** Without the i-th meter, its proof too. */
const without = (i: number) => (whole: Uint8Array) =>
  withEntries(whole, (book, proofs) => {
    book.meters.splice(i, 1);
    proofs.bills.splice(i, 1);
  });

/** Another source for the i-th meter, with a copy of nothing and some proof of it. */
const called = (source: string, i: number) => (whole: Uint8Array) =>
  withEntries(whole, (book, proofs) => {
    Object.assign(book.meters[i], { source, fromDay: '0', from: '0' });
    proofs.substitutes.push({ meter: book.meters[i].meter, proof: proofs.bills[i].proof });
  });

function entryCases(): ProveCase[] {
  const meters = refusing('ErrBookMeters');
  const copies = refusing('ErrBookCopies');
  const substituted = { of: 'substituted 2' };
  const last = (b: Editable) => b.meters.find(({ source }: Editable) => source === 'substitute');
  return [
    meters(
      'the digest of another roster',
      edited((b) => (b.rosterDigest = 'ab'.repeat(32))),
      '3 book',
    ),
    meters('a meter left out', without(4), '3 meters'),
    meters(
      'C of another statement',
      edited((b) => (b.meters[4].C = plusOne(b.meters[4].C))),
      '3 meters',
    ),
    meters('a signed day called missing', called('substitute', 4), '3 meters'),
    meters('a dispute that is not on the chain', called('disputed', 4), '3 meters'),
    meters(
      'a meter invented',
      (whole) =>
        withEntries(whole, (book, proofs) => {
          const other = accountText(new Uint8Array(20));
          book.meters.unshift({ ...book.meters[0], meter: other });
          proofs.bills.unshift({ ...proofs.bills[0], meter: other });
        }),
      '3 meters',
    ),
    copies(
      'a copy of nothing where a day is named',
      edited((b) => Object.assign(last(b), { fromDay: '0', from: '0' })),
      '3 copies',
      substituted,
    ),
    copies(
      'a copy of a day that the meter did not sign',
      edited((b) => Object.assign(last(b), { from: plusOne(last(b).from) })),
      '3 copies',
      substituted,
    ),
    copies(
      'a copy of another day',
      edited((b) => Object.assign(last(b), { fromDay: '20634' })),
      '3 copies',
      substituted,
    ),
  ];
}

function figureCases(): ProveCase[] {
  const tariff = refusing('ErrBookTariff');
  const prices = refusing('ErrBookPrices');
  const add = (of: 'buyNelPerWh' | 'sellNelPerWh', slot: number, by: number) =>
    edited((b) => (b.prices[of][slot] = String(Number(b.prices[of][slot]) + by)));
  return [
    tariff(
      'a retail price of its own',
      edited((b) => (b.tariff.retailNelPerWh[10] = '301000')),
      '3 tariff',
    ),
    tariff(
      'a fee of its own',
      edited((b) => (b.tariff.feePerDayNel = '250000001')),
      '3 tariff',
    ),
    tariff(
      'a rule of its own',
      edited((b) => (b.tariff.rule = 'mid-market/2')),
      '3 tariff',
    ),
    prices('a price between ticks', add('buyNelPerWh', 30, 1), '3 prices'),
    prices(
      'a price above retail',
      edited((b) => (b.prices.buyNelPerWh[30] = '302000')),
      '3 prices',
    ),
    prices(
      'a price below feed-in',
      edited((b) => (b.prices.sellNelPerWh[30] = '78000')),
      '3 prices',
    ),
    prices('a correction at other prices', add('buyNelPerWh', 30, 1000), '3 prices', { of: 'correction of 1' }),
    refusing('ErrBookKeys')(
      'keys of its own',
      edited((b) => (b.keys.clearing = 'ab'.repeat(32))),
      '8 keys',
    ),
    refusing('ErrBookTotals')(
      'other totals than anchored',
      edited((b) => (b.X = plusOne(b.X))),
      '3 anchor',
      {
        get anchor() {
          const changed = withBook(wholes['honest 2'], (b) => (b.X = plusOne(b.X)));
          return { ...anchorOf(changed), totals: anchorOf(wholes['honest 2']).totals };
        },
      },
    ),
    refusing('ErrBookLinks')('registers that do not go on', same, '7 links', { of: 'broken link 2' }),
  ];
}

export const proveCases = (): ProveCase[] => [
  ...orderCases(),
  ...layoutCases(),
  ...bookCases(),
  ...entryCases(),
  ...figureCases(),
  ...pointCases(),
  ...proofCases(),
];
