/**
 * Check 3: the book is the roster's, the tariff's and the anchored one (protocol §7).
 *
 * A book says what it likes about meters, prices and tariffs; here each of these is held against what the chain says. The prices' rule is
 * not judged here but proven by the Clearing; only what that circuit leaves to the auditor is: multiples of tick, inside the corridor.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { type ChainGenesis, fixedTariff, type Genesis } from '../../protocol/genesis/index.ts';
import {
  assertTariff,
  type Book,
  bookPath,
  type ChainFile,
  compareAddresses,
  dayToDate,
  fieldToBytes,
  overTariff,
  PRICES_AHEAD_S,
  ProtocolError,
  pricedLateS,
  priceFault,
  SLOTS_PER_DAY,
  type Tariff,
} from '../../protocol/index.ts';
import type { BookVersion, BundleDay } from '../bundle.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import { membershipFaults, rosterFaults } from './roster-checks.ts';

const sameTariff = (a: Tariff, b: Tariff): Fault[] => {
  const faults: Fault[] = [];
  if (a.rule !== b.rule) faults.push({ detail: `rule is "${a.rule}", expected "${b.rule}"` });
  if (a.feePerDayNel !== b.feePerDayNel) faults.push({ detail: `feePerDayNel is ${a.feePerDayNel}, expected ${b.feePerDayNel}` });
  for (const key of ['retailNelPerWh', 'feedInNelPerWh'] as const) {
    a[key].forEach((price, slot) => {
      if (price !== b[key][slot]) faults.push({ slot, detail: `${key} is ${price}, expected ${b[key][slot]}` });
    });
  }
  return faults;
};

/** Prices of slots were known a slot beforehand. */
export function slotPricesFaults(day: number, prices: ChainFile['slotPrices']): Fault[] {
  return prices.flatMap(({ slot, unixS }): Fault[] => {
    const at = slot - day * SLOTS_PER_DAY;
    if (at < 0 || at >= SLOTS_PER_DAY) return [{ detail: `chain.slotPrices: slot ${slot} is not of this day` }];
    const lateS = pricedLateS(slot, unixS);
    const late = `its prices were set at chain time ${unixS}, ${lateS} s later than ${PRICES_AHEAD_S} s before it begins`;
    return lateS === 0 ? [] : [{ slot: at, detail: late }];
  });
}

function tariffFaults(book: Book, chain: ChainFile, genesis: Genesis): Fault[] {
  const setSlots = new Set<number | undefined>(chain.slotPrices.map(({ slot }) => slot - book.day * SLOTS_PER_DAY));
  const faults = sameTariff(book.tariff, overTariff(chain.tariff, book.day, chain.slotPrices)).map((f) => ({
    ...f,
    detail: `the book's ${f.detail} as in the tariff on the chain${setSlots.has(f.slot) ? ' and the prices set over it' : ''}`,
  }));
  faults.push(...slotPricesFaults(book.day, chain.slotPrices));
  try {
    assertTariff(book.tariff, genesis.params.tick);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    faults.push({ detail: `the tariff breaks the chain's rules: ${error.message}` });
  }
  return [...faults, ...sourceFaults(book.day, chain, genesis)];
}

/** The tariff in force is not of another time, and no other than genesis knows. */
export function sourceFaults(day: number, chain: ChainFile, genesis: ChainGenesis): Fault[] {
  const faults: Fault[] = [];
  if (chain.tariff.fromDay > day) faults.push({ detail: `the tariff is in force from day ${chain.tariff.fromDay} only` });
  const fixed = fixedTariff(genesis, day);
  if (fixed && chain.tariff.fromDay < fixed.fromDay)
    faults.push({ detail: `the tariff of day ${chain.tariff.fromDay} was replaced on day ${fixed.fromDay} by genesis` });
  if (fixed && chain.tariff.fromDay === fixed.fromDay)
    faults.push(...sameTariff(chain.tariff, fixed).map((f) => ({ ...f, detail: `the chain's ${f.detail} as in genesis` })));
  return faults;
}

function priceFaults(book: Book, first: Book | null, tick: number): Fault[] {
  const { tariff, prices } = book;
  const faults: Fault[] = [];
  for (let slot = 0; slot < SLOTS_PER_DAY; slot++) {
    const price = { buy: prices.buyNelPerWh[slot], sell: prices.sellNelPerWh[slot] };
    const fault = priceFault(price, tariff.retailNelPerWh[slot], tariff.feedInNelPerWh[slot], tick);
    if (fault !== null) faults.push({ slot, detail: fault });
    if (first && (price.buy !== first.prices.buyNelPerWh[slot] || price.sell !== first.prices.sellNelPerWh[slot]))
      faults.push({ slot, detail: "a correction is billed at version 1's prices; these differ" });
  }
  return faults;
}

/** Seconds by which version 1 was anchored later than it was due; 0 when it was in time or is not anchored. */
export const anchoredLateS = (chain: ChainFile, genesis: ChainGenesis): number =>
  chain.anchors.length === 0 ? 0 : Math.max(0, chain.anchors[0].unixS - chain.frozenUnixS - genesis.params.anchorDueS);

/**
 * The book's hash is the chain's, and it came in time. `draft`: the node audits itself before it anchors. Lateness is a failure of the day
 * itself, not of the day after, and no reason for the node to withhold still more: it is not judged in a day that is here for its links,
 * nor in a draft.
 */
export function anchorFaults(
  day: Pick<BundleDay, 'audited'>,
  of: Pick<BookVersion, 'version' | 'hash'> & { book: Pick<Book, 'X'> },
  chain: ChainFile,
  genesis: ChainGenesis,
  draft: boolean,
): Fault[] {
  const anchor = chain.anchors[of.version - 1];
  if (!anchor) return draft ? [] : [{ detail: `no book of version ${of.version} is anchored` }];
  const faults: Fault[] = [];
  if (anchor.bookHash !== of.hash) faults.push({ detail: `the chain anchored book ${anchor.bookHash}, this one is ${of.hash}` });
  const totals = of.book.X === null ? null : bytesToHex(fieldToBytes(of.book.X));
  if (anchor.totals !== totals)
    faults.push({ detail: `the chain anchored totals ${anchor.totals ?? 'none'}, the book's X is ${totals ?? 'none'}` });
  if (of.version === 1) {
    const lateS = anchoredLateS(chain, genesis);
    if (lateS > 0 && day.audited && !draft)
      faults.push({
        detail: `anchored at chain time ${anchor.unixS}, ${lateS} s later than was due (${genesis.params.anchorDueS} s after the freeze)`,
      });
    if (anchor.unixS < chain.frozenUnixS || anchor.height < chain.frozenHeight) faults.push({ detail: 'anchored before the day froze' });
  } else if (chain.lateRoster && (anchor.unixS < chain.lateRoster.frozenUnixS || anchor.height < chain.lateRoster.frozenHeight)) {
    faults.push({ detail: 'a correction anchored before the late roster froze' });
  }
  return faults;
}

function identityFaults(day: BundleDay, of: BookVersion, chain: ChainFile, genesis: Genesis): Fault[] {
  const { book } = of;
  const faults: Fault[] = [];
  if (book.chainId !== genesis.chainId) faults.push({ detail: `book.chainId is ${book.chainId}, genesis says ${genesis.chainId}` });
  if (book.day !== day.day) faults.push({ detail: `book.day is ${book.day}, the folder's day is ${day.day}` });
  if (book.version !== of.version) faults.push({ detail: `book.version is ${book.version}, the file is that of version ${of.version}` });
  const frozen = of.version === 1 ? chain.rosterDigest : chain.lateRoster?.digest;
  if (frozen === undefined) faults.push({ detail: 'a correction, but no late roster has frozen' });
  else if (book.rosterDigest !== frozen) faults.push({ detail: `book.rosterDigest is ${book.rosterDigest}, the chain froze ${frozen}` });
  if (book.meters.length === 0 && of.version > 1) faults.push({ detail: 'a correction that corrects nobody' });
  return faults;
}

/** Meters that an earlier version of the book has as metered. */
const meteredBefore = (day: BundleDay, version: number): ReadonlySet<string> =>
  new Set(
    [...day.books.values()]
      .filter((of) => of.version < version)
      .flatMap(({ book }) => book.meters.filter(({ source }) => source === 'metered').map(({ meter }) => meter)),
  );

/** Meters whose statement the late roster adds and nobody disputed: version 2 bills them. */
function lateMeters({ roster, chain }: BundleDay): ReadonlySet<string> {
  const inTime = new Set(roster?.meters.filter(({ commitment }) => commitment !== null).map(({ meter }) => meter));
  const disputed = new Set(chain?.disputes.map(({ meter }) => meter));
  const added = (chain?.lateRoster?.meters ?? []).filter(({ meter, commitment }) => commitment !== null && !inTime.has(meter));
  return new Set(added.map(({ meter }) => meter).filter((meter) => !disputed.has(meter)));
}

/**
 * Commitments that the late roster adds and version 2 does not have: what was signed in time for it is billed (protocol §9.4). Open until
 * the operator had the time that it has for any book; then a failure, also where version 2 comes after that. No dispute cures it: the chain
 * takes one for as long as version 2 is not overdue.
 */
export function unbilledFaults(of: BundleDay, genesis: Genesis, nowUnixS: number): Fault[] {
  const { day, roster, chain, books } = of;
  if (!chain?.lateRoster || !roster) return [];
  const anchor = chain.anchors[1];
  const billed = new Set(
    books
      .get(2)
      ?.book.meters.filter(({ source }) => source === 'metered')
      .map(({ meter }) => meter),
  );
  const dueUnixS = chain.lateRoster.frozenUnixS + genesis.params.anchorDueS;
  const signed = `signed ${dayToDate(day)} in time for the late roster, and version 2 of the book`;
  return [...lateMeters(of)].flatMap((meter): Fault[] => {
    if (books.has(2) && !billed.has(meter)) return [{ meter, detail: `${signed} does not bill it` }];
    if (anchor)
      return anchor.unixS > dueUnixS ? [{ meter, detail: `${signed} bills it ${anchor.unixS - dueUnixS} s after that was due` }] : [];
    return nowUnixS > dueUnixS
      ? [{ meter, detail: `${signed} does not bill it, ${nowUnixS - dueUnixS} s after that was due` }]
      : [{ meter, status: 'open', detail: `${signed} does not bill it yet` }];
  });
}

/** Late statements whose time is over and for which line `late` fails: no dispute comes any more, and runs over them are corrected. */
function lostMeters(day: BundleDay, genesis: Genesis, nowUnixS: number): ReadonlySet<string> {
  const isOver = day.chain?.lateRoster && nowUnixS > day.chain.lateRoster.frozenUnixS + genesis.params.anchorDueS;
  return new Set(isOver ? unbilledFaults(day, genesis, nowUnixS).map(({ meter }) => meter!) : []);
}

const tariffText = ({ tariff, slotPrices }: ChainFile): string =>
  `the chain's, in force from day ${tariff.fromDay}` +
  (slotPrices.length === 0 ? '' : `, with the prices of ${slotPrices.length} slots set over it`);

interface Frame {
  chain: ChainFile;
  genesis: Genesis;
  draft: boolean;
  lost: ReadonlySet<string>;
}

function versionChecks(day: BundleDay, of: BookVersion, { chain, genesis, draft, lost }: Frame): Check[] {
  const { book, version } = of;
  const head = (name: string) => ({ id: '3' as const, name, day: day.date, version });
  const count = (source: string) => book.meters.filter((m) => m.source === source).length;
  const roster = version === 1 ? day.roster : chain.lateRoster && { day: day.day, meters: chain.lateRoster.meters };
  const anchored = chain.anchors[version - 1] !== undefined;
  const first = version === 1 ? null : (day.books.get(1)?.book ?? null);
  const listed = version === 1 ? `the roster's ${book.meters.length}` : `${book.meters.length} corrected`;
  const delay = version === 1 && anchored ? `, ${chain.anchors[0].unixS - chain.frozenUnixS} s after the freeze` : '';
  return [
    ...lines(head('book'), identityFaults(day, of, chain, genesis), `canonical, of this chain and day, ${of.hash}`),
    ...(roster
      ? lines(
          head('meters'),
          membershipFaults(book, roster, chain, { meteredBefore: meteredBefore(day, version), late: lateMeters(day), lost }),
          `${listed}: ${count('metered')} metered, ${count('substitute')} substitute, ${count('disputed')} disputed`,
        )
      : []),
    ...lines(head('tariff'), tariffFaults(book, chain, genesis), tariffText(chain)),
    ...lines(
      head('prices'),
      priceFaults(book, first, genesis.params.tick),
      `96 slots, multiples of ${genesis.params.tick}, between feed-in and retail${first ? ', those of version 1' : ''}`,
    ),
    ...(draft && !anchored
      ? [notChecked('3', 'anchor', 'a draft, not yet anchored', day.date)]
      : lines(
          head('anchor'),
          anchorFaults(day, of, chain, genesis, draft),
          `the anchor is this book's hash${version === 1 ? ' and X' : ''}${delay}`,
        )),
  ];
}

/** Open NoBills, which everybody should see. */
const noBillFaults = (chain: ChainFile): Fault[] =>
  chain.noBills
    .filter((n) => n.open)
    .sort((a, b) => compareAddresses(a.meter, b.meter))
    .map((n): Fault => ({ meter: n.meter, status: 'open', detail: 'open NoBill: the member says that its bill was not delivered' }));

/** Final readings that their members object to: named for good. */
const objectionFaults = (chain: ChainFile): Fault[] =>
  chain.finalReadings
    .filter(({ objectedHeight }) => objectedHeight !== null)
    .map(({ meter }): Fault => ({ meter, status: 'open', detail: 'its member objects to the final reading of its registers' }));

const disputeReason = (chain: ChainFile, meter: string): string => chain.disputes.find((d) => d.meter === meter)?.reason ?? '';

/** Check 3 of one day, for every version of its book. */
export function bookChecks(
  day: BundleDay,
  previous: BundleDay | undefined,
  genesis: Genesis,
  { draft, nowUnixS, isVoid }: { draft: boolean; nowUnixS: number; isVoid: boolean },
): Check[] {
  const { chain } = day;
  if (!chain) return [notChecked('3', 'book', 'chain.json could not be read', day.date)];
  const checks: Check[] = [];
  const head = (name: string) => ({ id: '3' as const, name, day: day.date });
  const chainFaults: Fault[] = [];
  if (chain.chainId !== genesis.chainId) chainFaults.push({ detail: `chain.chainId is ${chain.chainId}, genesis says ${genesis.chainId}` });
  if (chain.day !== day.day) chainFaults.push({ detail: `chain.day is ${chain.day}, the folder's day is ${day.day}` });
  if (chainFaults.length > 0) checks.push(...lines(head('chain'), chainFaults, ''));
  if (day.roster)
    checks.push(
      ...lines(
        head('roster'),
        rosterFaults(day, chain, genesis, previous),
        `${day.roster.meters.length} meters, digest ${day.roster.digest} recomputed`,
      ),
    );
  if (isVoid) return checks; // its book counts for nothing, whatever it is
  const lost = lostMeters(day, genesis, nowUnixS);
  for (const of of day.books.values()) if (day.roster) checks.push(...versionChecks(day, of, { chain, genesis, draft, lost }));
  const unread = day.versions.filter(
    (version) => !day.books.has(version) && day.faults.some(({ path }) => path === bookPath(day.date, version)),
  );
  for (const version of unread)
    for (const name of ['meters', 'tariff', 'prices', 'anchor', ...(version === 1 ? [] : ['corrections'])])
      checks.push({ ...notChecked('3', name, 'the book could not be read', day.date, '3'), ...(version === 1 ? {} : { version }) });
  if (!draft && chain.anchors.length === 0 && !day.books.has(1))
    checks.push(...lines(head('anchor'), [{ detail: 'the day froze, but no book is anchored: withheld' }], ''));
  const withheld = chain.anchors.filter((a) => !day.versions.includes(a.version));
  checks.push(
    ...withheld.flatMap((a) =>
      lines(head('anchor'), [{ detail: `the chain anchored version ${a.version}, which is missing here`, status: 'unreadable' }], ''),
    ),
  );
  if (day.audited) {
    const disputes = latestEntries(day)
      .filter((e) => e.source === 'disputed')
      .map((e): Fault => ({ meter: e.meter, status: 'open', detail: `disputed: ${disputeReason(chain, e.meter)}` }));
    if (disputes.length > 0) checks.push(...lines(head('disputes'), disputes, `${disputes.length} declared`));
  }
  // A failure of the day by itself is no reason for the node to withhold the others' bills.
  const isLost = draft && chain.lateRoster !== null && nowUnixS > chain.lateRoster.frozenUnixS + genesis.params.anchorDueS;
  const unbilled = isLost ? [] : unbilledFaults(day, genesis, nowUnixS).filter(({ status }) => !draft || status !== 'open');
  if (unbilled.length > 0) checks.push(...lines(head('late'), unbilled, `${unbilled.length} late statements to be billed`));
  const objections = objectionFaults(chain);
  if (objections.length > 0) checks.push(...lines(head('objections'), objections, `${objections.length} named`));
  const noBills = noBillFaults(chain);
  if (noBills.length > 0) checks.push(...lines(head('no-bills'), noBills, `${noBills.length} open`));
  return checks;
}

/** Every meter's entry of the latest version that has one, with that version; of all versions, or of those given. */
export function latestEntries(day: BundleDay, versions?: ReadonlySet<number>): (Book['meters'][number] & { version: number })[] {
  const latest = new Map<string, Book['meters'][number] & { version: number }>();
  for (const { version, book } of [...day.books.values()].sort((a, b) => a.version - b.version))
    for (const entry of versions && !versions.has(version) ? [] : book.meters) latest.set(entry.meter, { ...entry, version });
  return [...latest.values()];
}
