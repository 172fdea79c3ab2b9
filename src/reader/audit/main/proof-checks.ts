/**
 * Checks 4, 5, 6 and 9 of a main chain's books: the bill of every metered uplink, and the clearing of what is shared, are proven for the
 * book's own numbers. All proofs of one circuit in a bundle go through one batch.
 */
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import { bookPath, type ProofsFile, ProtocolError, proofsPath, type SharedBookMeter } from '../../../protocol/index.ts';
import type { Claim } from '../../verifier/index.ts';
import { type Check, type Fault, lines, notChecked } from '../checks.ts';
import { idOf, orderFaults } from '../claims.ts';
import { checkOf } from '../file-checks.ts';
import type { MainKeys } from '../key-checks.ts';
import { type Kind, kindLines, type Outcome, pointLines, proven, type VerifyOptions, verify } from '../proof-checks.ts';
import { sharedInputs } from '../shared-book-checks.ts';
import type { MainDay } from './bundle.ts';

type Book = NonNullable<MainDay['book']>;

interface Prepared {
  day: MainDay;
  of: { version: 1 };
  metered: readonly SharedBookMeter[];
  faults: Fault[];
  bills: Claim[];
  clearing: Claim[];
}

/** What the proof file must repeat of the book. */
function fileFaults({ book, hash }: Book, proofs: ProofsFile, metered: Prepared['metered']): Fault[] {
  const faults: Fault[] = [];
  if (proofs.chainId !== book.chainId) faults.push({ detail: `proofs.chainId is ${proofs.chainId}, the book's is ${book.chainId}` });
  if (proofs.day !== book.day) faults.push({ detail: `proofs.day is ${proofs.day}, the book's is ${book.day}` });
  if (proofs.version !== 1) faults.push({ detail: `proofs.version is ${proofs.version}, the book's is 1` });
  if (proofs.bookHash !== hash) faults.push({ detail: `proofs.bookHash is ${proofs.bookHash}, the book's hash is ${hash}` });
  if (proofs.clearing === null) faults.push({ detail: "the clearing's proof is missing" });
  if (proofs.bills.length !== metered.length) faults.push({ detail: `${proofs.bills.length} bills for ${metered.length} metered` });
  if (proofs.substitutes.length > 0)
    faults.push({ detail: `${proofs.substitutes.length} substitutes: nothing is copied between communities` });
  return [...faults, ...orderFaults('bills', proofs.bills, metered)];
}

function prepare(day: MainDay, genesis: SharedGenesis): Prepared | null {
  const { book: of, proofs } = day;
  if (!of || !proofs) return null;
  const metered = of.book.meters.filter(({ source }) => source === 'metered');
  const faults = fileFaults(of, proofs, metered);
  const none: Prepared = { day, of: { version: 1 }, metered, faults, bills: [], clearing: [] };
  // Proofs for another book hold for another rho: there is nothing to try.
  if (proofs.bookHash !== of.hash || proofs.bills.length !== metered.length || faults.some(({ meter }) => meter !== undefined)) return none;
  try {
    const inputs = sharedInputs(of.book, { hash: of.hash, tick: genesis.params.tick, bills: proofs.bills });
    const place = { date: day.date, version: 1 };
    const bills = metered.map(({ meter }, i) => ({
      id: idOf({ ...place, meter }),
      proof: proofs.bills[i].proof,
      publicInputs: inputs.bills[i],
    }));
    const clearing = proofs.clearing && {
      id: idOf({ ...place, meter: null }),
      proof: proofs.clearing.proof,
      publicInputs: inputs.clearing,
    };
    return { ...none, bills, clearing: clearing ? [clearing] : [] };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { ...none, faults: [...faults, { detail: `no public inputs: ${error.message}` }] };
  }
}

function linesOf(p: Prepared, bills: Outcome, clearing: Outcome): Check[] {
  const { day, metered } = p;
  const meterOf = new Map(metered.map(({ meter }) => [idOf({ date: day.date, version: 1, meter }), meter]));
  const kinds: Kind[] = [
    {
      ...{ id: '5', name: 'bills', claims: p.bills, wanted: metered.length, outcome: bills },
      summary: `DayBills that hold: ${p.bills.length} of ${p.bills.length}`,
    },
    {
      id: '6',
      name: 'clearing',
      claims: p.clearing,
      wanted: 1,
      outcome: clearing,
      summary: 'the prices are shared/1 of the hidden totals',
    },
  ];
  const summary = `rho and all public inputs recomputed from the book; from the proof file only ${p.bills.length} S and the proofs`;
  return [
    ...lines({ id: '4', name: 'inputs', day: day.date }, p.faults, summary),
    ...kinds.flatMap((kind) => kindLines(p, kind, meterOf)),
    ...pointLines(p, kinds, meterOf),
  ];
}

/** Nothing can be verified where book or proofs could not be read; what was wrong with them says which check it was. */
function unreadLines(day: MainDay): Check[] {
  const fault = day.faults.find(({ path }) => path === proofsPath(day.date, 1) || path === bookPath(day.date, 1));
  const because = fault ? checkOf(fault).id : '3';
  const names = [['4', 'inputs'] as const, ['5', 'bills'] as const, ['6', 'clearing'] as const, ['9', 'points'] as const];
  return names
    .filter(([id]) => id !== because)
    .map(([id, name]) => notChecked(id, name, 'book or proofs could not be read', day.date, because));
}

/** Checks 4, 5, 6 and 9 of the days that have a book. `entries`: ids of the bills that hold. */
export async function mainProofChecks(
  days: readonly MainDay[],
  genesis: SharedGenesis,
  keys: MainKeys,
  options: VerifyOptions,
): Promise<{ checks: Check[]; entries: ReadonlySet<string> }> {
  const prepared = days.flatMap((day) => prepare(day, genesis) ?? []);
  const [ofBills, ofClearings] = [prepared.flatMap(({ bills }) => bills), prepared.flatMap(({ clearing }) => clearing)];
  const bills = await verify(keys['day-bill'], ofBills, options);
  const clearing = await verify(keys['clearing-shared'], ofClearings, options);
  const unread = days.filter(({ book, proofs }) => !book || !proofs).flatMap(unreadLines);
  return { checks: [...prepared.flatMap((p) => linesOf(p, bills, clearing)), ...unread], entries: new Set(proven(ofBills, bills)) };
}
