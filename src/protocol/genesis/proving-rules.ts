/**
 * What proven books in a genesis must say: they are anchored ones, in their order, and links and late statements are of their rosters
 * (chain/x/meter/types/genesis_proving.go).
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { compareAddresses } from '../day/roster.ts';
import { isVoid } from '../day/void.ts';
import { wrong } from './fields.ts';
import type { GenesisHistory } from './history.ts';
import { type GenesisProven, PROVING_FIELD } from './proving.ts';

/** Who is on a roster, and with which commitment. */
type Commitments = ReadonlyMap<string, bigint | null>;

interface Past extends Pick<GenesisHistory, 'anchors' | 'rosters' | 'proving' | 'lastUnixS'> {
  /** `DAY false` and `DAY true`, the late one */
  commitmentsOf: (day: number, late: boolean) => Commitments | undefined;
}

const place = (list: string, i: number, name?: string): string => `${PROVING_FIELD}.${list}[${i}]${name === undefined ? '' : `.${name}`}`;
const refuse = (is: boolean, field: string, expected: string): void => {
  if (is) throw wrong(field, expected);
};
const same = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  bytesToHex(a ?? new Uint8Array()) === bytesToHex(b ?? new Uint8Array());

function checkBooks({ anchors, rosters, proving, lastUnixS }: Past): void {
  const frozen = new Map(rosters.filter(({ late }) => !late).map(({ day, unixS }) => [day, unixS]));
  const proven = new Map<string, GenesisProven>();
  proving.books.forEach((book, i) => {
    const { day, version, unixS } = book;
    const before = proving.books[i - 1];
    refuse(
      before !== undefined && (day < before.day || (day === before.day && version <= before.version)),
      place('books', i, 'day'),
      'books in the order of days and versions, each once',
    );
    const anchor = anchors.find((one) => one.day === day && one.version === version);
    refuse(
      anchor === undefined || !same(anchor.bookHash, book.bookHash) || !same(anchor.totals, book.totals),
      place('books', i),
      'an anchored book, with its hash and totals',
    );
    refuse(book.entries < 1 || book.copies > book.entries, place('books', i, 'copies'), 'at most as many copies as entries, of which one');
    refuse(unixS < anchor!.unixS || unixS > lastUnixS, place('books', i, 'unix_s'), 'a time of this chain, not before the anchor');
    const earlier = proven.get(`${day} ${version - 1}`);
    refuse(
      version > 1 && (earlier === undefined || !same(earlier.pricesHash, book.pricesHash)),
      place('books', i, 'prices_hash'),
      'that of the version before, which is proven too',
    );
    const late = (of: number): boolean => isVoid({ frozenUnixS: frozen.get(of)!, nowUnixS: unixS });
    refuse(version === 1 && late(day), place('books', i, 'unix_s'), 'a time at which the day was not void');
    refuse(
      version === 1 && frozen.has(day - 1) && !proven.has(`${day - 1} 1`) && !late(day - 1),
      place('books', i, 'day'),
      `a book of day ${day - 1} before it, or that day void`,
    );
    proven.set(`${day} ${version}`, book);
  });
}

function checkLinks({ proving, commitmentsOf }: Past): void {
  const latest = new Map<string, number>();
  for (const { day, version } of proving.books)
    if (version === 1) for (const meter of commitmentsOf(day, false)!.keys()) latest.set(meter, day);
  proving.links.forEach(({ meter, day, metered }, i) => {
    refuse(i > 0 && compareAddresses(proving.links[i - 1].meter, meter) >= 0, place('links', i, 'meter'), 'rising addresses, each once');
    refuse(latest.get(meter) !== day, place('links', i), 'one of the latest proven day of a meter');
    refuse(
      metered && commitmentsOf(day, false)!.get(meter) === null,
      place('links', i, 'metered'),
      'false where the roster has no commitment',
    );
  });
  refuse(proving.links.length !== latest.size, `${PROVING_FIELD}.links`, `the ${latest.size} of the meters in proven books`);
}

function checkLate({ proving, commitmentsOf }: Past): void {
  const corrected = new Set(proving.books.filter(({ version }) => version > 1).map(({ day }) => day));
  proving.late.forEach(({ meter, day }, i) => {
    const before = proving.late[i - 1];
    refuse(
      before !== undefined && (day < before.day || (day === before.day && compareAddresses(before.meter, meter) >= 0)),
      place('late', i),
      'days and addresses in order, each once',
    );
    const came = (commitmentsOf(day, true)?.get(meter) ?? null) !== null && (commitmentsOf(day, false)?.get(meter) ?? null) === null;
    refuse(!corrected.has(day) || !came, place('late', i), 'a late statement of a day with a proven correction');
  });
}

/** @throws ProtocolError naming the field */
export function checkProving(past: Past): void {
  checkBooks(past);
  checkLinks(past);
  checkLate(past);
}
