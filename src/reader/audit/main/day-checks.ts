/**
 * Checks 2, 3 and 14 of a main chain's day: what its state says of it, and that the book is the one which follows (docs/shared-rule.md).
 *
 * Who is in the book, and whether there is one at all, follows from the frozen roster and the disputes alone, and both are proven. A day
 * that leaves fewer than two is nobody's fault and nobody's loss: it is named. One that has two and no book in time is the exchange's
 * failure.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import {
  type ChainFile,
  fieldToBytes,
  isVoidAtFreeze,
  LEAST_METERED,
  MAIN_CIRCUIT_NAMES,
  overTariff,
  ProtocolError,
  type SharedBook,
  sharedPricesOf,
} from '../../../protocol/index.ts';
import { anchorFaults, slotPricesFaults, sourceFaults } from '../book-checks.ts';
import { type Check, type Fault, lines, notChecked } from '../checks.ts';
import { isVoidDay, provenChecks, type Verified } from '../proven-checks.ts';
import { rosterFaults } from '../roster-checks.ts';
import { sharedBookFaults } from '../shared-book-checks.ts';
import type { MainDay } from './bundle.ts';

/** Why a day has no book. */
export type Void = 'at its freeze' | 'by disputes' | 'without proofs';

/** Why a day has no book, by its frozen roster and the disputes; null where one is due. `verified`: null where that is not proven. */
export function voidOf({ roster, chain }: Pick<MainDay, 'roster' | 'chain'>, verified: Verified | null): Void | null {
  if (!roster || !chain) return null;
  if (isVoidAtFreeze(roster.meters)) return 'at its freeze';
  const disputed = new Set(chain.disputes.map(({ meter }) => meter));
  const left = roster.meters.filter(({ meter, commitment }) => commitment !== null && !disputed.has(meter)).length;
  if (left < LEAST_METERED) return 'by disputes';
  return verified && isVoidDay(verified) ? 'without proofs' : null;
}

const NO_BOOK: Record<Void, string> = {
  'at its freeze': 'void at its freeze: fewer than two communities had stated it, and nobody shares with themselves',
  'by disputes': 'void by disputes: they leave fewer than two statements that open',
  'without proofs': 'void: the chain verified no book of it in time, and takes none any more',
};

/** Line 14 void: no bill of the day counts. */
function voidChecks(day: MainDay, why: Void, verified: Verified | null): Check[] {
  const head = { id: '14' as const, name: 'void', day: day.date };
  const faults: Fault[] = [{ status: 'open', detail: `${NO_BOOK[why]}; nothing of the day is settled` }];
  if (day.hasBook && why !== 'without proofs') faults.push({ detail: 'a book of a day that has none' });
  if (verified?.books.size) faults.push({ detail: 'the chain has verified a book of a day that has none' });
  return lines(head, faults, NO_BOOK[why]);
}

/** The line of what the chain has verified. It is this very book. */
function provenLines(day: MainDay, verified: Verified, why: Void | null, genesis: SharedGenesis): Check[] {
  const head = { id: '3' as const, name: 'proven', day: day.date };
  if (why === 'at its freeze' || why === 'by disputes') return lines(head, [], `no book is due: void ${why}`);
  const first = verified.books.get(1);
  const of = day.book;
  const detail = `the chain has verified book ${first?.bookHash}, this one is ${of?.hash}`;
  if (first && of && first.bookHash !== of.hash) return lines(head, [{ detail }], '');
  return provenChecks({ ...day, audited: true }, verified, genesis);
}

function tariffFaults(book: SharedBook, chain: ChainFile, genesis: SharedGenesis): Fault[] {
  const faults = [...slotPricesFaults(book.day, chain.slotPrices), ...sourceFaults(book.day, chain, genesis)];
  try {
    sharedPricesOf(book.tariff, genesis.params.tick);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    faults.push({ detail: `the tariff breaks the chain's rules: ${error.message}` });
  }
  return faults;
}

/** Lines of a book by what the chain's state says of its day. */
function bookLines(day: MainDay, of: NonNullable<MainDay['book']>, chain: ChainFile, genesis: SharedGenesis, draft: boolean): Check[] {
  const { book, hash } = of;
  const anchor = chain.anchors[0];
  const head = (name: string, id: '3' | '8' = '3') => ({ id, name, day: day.date });
  const faults = sharedBookFaults(book, {
    chainId: genesis.chainId,
    tick: genesis.params.tick,
    keyIds: genesis.keyIds,
    roster: day.roster!,
    disputed: new Set(chain.disputes.map(({ meter }) => meter)),
    tariff: overTariff(chain.tariff, day.day, chain.slotPrices),
    totals: book.X, // the anchor's line holds them
  });
  const own = book.day === day.day ? [] : [{ detail: `book.day is ${book.day}, the folder's day is ${day.day}` }];
  const metered = book.meters.filter(({ source }) => source === 'metered').length;
  const later = chain.anchors
    .slice(1)
    .map(({ version }): Fault => ({ detail: `the chain anchored version ${version} of a day of communities` }));
  return [
    ...lines(head('book'), [...faults.book, ...own], `canonical, of this chain and day, ${hash}`),
    ...lines(head('meters'), faults.meters, `those of the roster: ${metered} metered, ${book.meters.length - metered} absent`),
    ...lines(
      head('tariff'),
      [...faults.tariff, ...tariffFaults(book, chain, genesis)],
      `the chain's, in force from day ${chain.tariff.fromDay}`,
    ),
    ...lines(head('prices'), faults.prices, `96 slots, multiples of ${genesis.params.tick}, none above the price of what is shared`),
    ...lines(head('keys', '8'), faults.keys, `those of genesis: ${MAIN_CIRCUIT_NAMES.join(', ')}`),
    ...(draft && !anchor
      ? [notChecked('3', 'anchor', 'a draft, not yet anchored', day.date)]
      : lines(
          head('anchor'),
          [...anchorFaults({ audited: true }, { version: 1, hash, book }, chain, genesis, draft), ...later],
          `the anchor is this book's hash and X, ${bytesToHex(fieldToBytes(book.X)).slice(0, 16)}…`,
        )),
  ];
}

/** Line 14 absent: who was on the roster and shared nothing. */
function absentChecks(day: MainDay, chain: ChainFile): Check[] {
  const reasons = new Map(chain.disputes.map(({ meter, reason }) => [meter, reason]));
  const faults = (day.roster?.meters ?? []).flatMap(({ meter, commitment }): Fault[] => {
    const reason = reasons.get(meter);
    if (commitment === null)
      return [{ meter, status: 'open', detail: 'absent: it stated nothing in time, and shares nothing of this day' }];
    return reason === undefined ? [] : [{ meter, status: 'open', detail: `absent: its statement is disputed (${reason})` }];
  });
  return faults.length === 0 ? [] : lines({ id: '14', name: 'absent', day: day.date }, faults, `${faults.length} named`);
}

const noBillFaults = (chain: ChainFile): Fault[] =>
  chain.noBills
    .filter(({ open }) => open)
    .map(({ meter }) => ({ meter, status: 'open', detail: 'open NoBill: the community says that its bill was not delivered' }));

/** A book that is due and is not here, or cannot be read. */
function missingBook(day: MainDay, chain: ChainFile): Check[] {
  const anchored = chain.anchors.length > 0;
  const detail = anchored ? 'the chain anchored a book, which is missing here' : 'the day froze, but no book is anchored: withheld';
  const rest = ['meters', 'tariff', 'prices'].map((name) => notChecked('3', name, 'the book could not be read', day.date, '3'));
  const anchor: Check[] = day.hasBook
    ? [notChecked('3', 'anchor', 'the book could not be read', day.date, '3')]
    : lines({ id: '3', name: 'anchor', day: day.date }, [{ detail, status: anchored ? 'unreadable' : 'failed' }], '');
  return [...rest, ...anchor, notChecked('8', 'keys', 'the book could not be read', day.date, '3')];
}

/** Checks 3 and 14 of one day. */
export function dayChecks(
  day: MainDay,
  genesis: SharedGenesis,
  { draft, verified, why }: { draft: boolean; verified: Verified | null; why: Void | null },
): Check[] {
  const { chain } = day;
  if (!chain) return [notChecked('3', 'book', 'chain.json could not be read', day.date)];
  const head = (name: string) => ({ id: '3' as const, name, day: day.date });
  const identity: Fault[] = [];
  if (chain.chainId !== genesis.chainId) identity.push({ detail: `chain.chainId is ${chain.chainId}, genesis says ${genesis.chainId}` });
  if (chain.day !== day.day) identity.push({ detail: `chain.day is ${chain.day}, the folder's day is ${day.day}` });
  if (chain.lateRoster || chain.finalReadings.length > 0)
    identity.push({ detail: 'a late roster or a final reading, which communities do not have' });
  const checks: Check[] = identity.length > 0 ? lines(head('chain'), identity, '') : [];
  if (day.roster) {
    const summary = `${day.roster.meters.length} uplinks, digest ${day.roster.digest} recomputed`;
    checks.push(...lines(head('roster'), rosterFaults(day, chain, genesis, undefined), summary), ...absentChecks(day, chain));
  }
  if (verified) checks.push(...provenLines(day, verified, why, genesis));
  const noBills = noBillFaults(chain);
  if (noBills.length > 0) checks.push(...lines(head('no-bills'), noBills, `${noBills.length} open`));
  if (why !== null) return [...checks, ...voidChecks(day, why, verified)];
  if (!day.book || !day.roster) return [...checks, ...missingBook(day, chain)];
  return [...checks, ...bookLines(day, day.book, chain, genesis, draft)];
}
