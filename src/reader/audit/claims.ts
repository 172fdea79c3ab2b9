/**
 * What a bundle's proofs are held against (protocol §7, check 4): the public inputs of every bill, copy and clearing, made from the book.
 *
 * From the proof file come S and the proofs, nothing else: rho, prices, commitments, the day and the meters are the book's. A proof that
 * holds for other numbers is worth nothing here, however honest it is.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { type Book, fieldSum, gridId, meterTag, type ProofsFile, ProtocolError, pricesOf, rhoOf } from '../../protocol/index.ts';
import type { BookVersion, BundleDay } from '../bundle.ts';
import { type Claim, clearingPublic, dayBillPublic, substitutePublic } from '../verifier/index.ts';
import type { Fault } from './checks.ts';

/** A proof's place in the bundle. */
interface Place {
  date: string;
  version: number;
  /** null: the clearing */
  meter: string | null;
  /** of what a meter's entry copies, not of its bill */
  copy?: boolean;
}

/** An entry of a book, what it copies, or the book's clearing, in one word. */
export const idOf = ({ date, version, meter, copy }: Place): string => `${date}/${version}/${meter ?? 'clearing'}${copy ? '/copy' : ''}`;

export interface Prepared {
  day: BundleDay;
  of: BookVersion;
  faults: Fault[];
  bills: Claim[];
  substitutes: Claim[];
  clearing: Claim | null;
}

/** The book's meters whose bills are to be verified: all, unless the reader asked for some. */
export const wantedOf = (book: Book, only: ReadonlySet<string> | undefined): Book['meters'] =>
  only ? book.meters.filter((m) => only.has(m.meter)) : book.meters;

/** Those of them that copy a day, or are zero: what version 1 has as not metered. */
export const copiesOf = (meters: Book['meters']): Book['meters'] => meters.filter(({ copied }) => copied !== null);

/** Public inputs from the book, or why there are none. */
function publicInputs(build: () => bigint[], meter: string | undefined, faults: Fault[]): bigint[] | null {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    faults.push({ ...(meter === undefined ? {} : { meter }), detail: `no public inputs: ${error.message}` });
    return null;
  }
}

/** Check 4: what the proof file must repeat of the book, entry by entry in the book's order. */
function fileFaults(of: BookVersion, proofs: ProofsFile): Fault[] {
  const { book } = of;
  const faults: Fault[] = [];
  if (proofs.chainId !== book.chainId) faults.push({ detail: `proofs.chainId is ${proofs.chainId}, the book's is ${book.chainId}` });
  if (proofs.day !== book.day) faults.push({ detail: `proofs.day is ${proofs.day}, the book's is ${book.day}` });
  if (proofs.version !== book.version) faults.push({ detail: `proofs.version is ${proofs.version}, the book's is ${book.version}` });
  if (proofs.bookHash !== of.hash) faults.push({ detail: `proofs.bookHash is ${proofs.bookHash}, the book's hash is ${of.hash}` });
  if ((proofs.clearing === null) !== (book.X === null))
    faults.push({ detail: book.X === null ? 'a correction has no clearing' : "the clearing's proof is missing" });
  if (proofs.bills.length !== book.meters.length) faults.push({ detail: `${proofs.bills.length} bills for ${book.meters.length} meters` });
  const copies = copiesOf(book.meters);
  if (proofs.substitutes.length !== copies.length)
    faults.push({ detail: `${proofs.substitutes.length} substitutes for ${copies.length} meters that are not metered` });
  return [...faults, ...orderFaults('bills', proofs.bills, book.meters), ...orderFaults('substitutes', proofs.substitutes, copies)];
}

/** The first proof of a list that is another meter's. */
export function orderFaults(
  list: 'bills' | 'substitutes',
  proofs: readonly { meter: string }[],
  meters: readonly { meter: string }[],
): Fault[] {
  const at = meters.findIndex((m, i) => proofs[i] !== undefined && proofs[i].meter !== m.meter);
  if (at < 0) return [];
  const detail = `proofs.${list}[${at}] is that of ${proofs[at].meter}: expected the book's meters in the book's order`;
  return [{ meter: meters[at].meter, detail }];
}

function clearingInputs(book: Book, X: bigint, rho: bigint, sumS: bigint, grid: bigint, tick: number): bigint[] {
  return clearingPublic({
    X,
    rho,
    sumS,
    gridId: grid,
    day: book.day,
    tick,
    ...book.prices,
    retailNelPerWh: book.tariff.retailNelPerWh,
    feedInNelPerWh: book.tariff.feedInNelPerWh,
  });
}

export function prepare(day: BundleDay, of: BookVersion, genesis: Genesis, only: ReadonlySet<string> | undefined): Prepared | null {
  const proofs = day.proofs.get(of.version);
  if (!proofs) return null;
  const faults = fileFaults(of, proofs);
  // Proofs for another book hold for another rho: there is nothing to try, and no use in naming every bill.
  const isOther = proofs.bookHash !== of.hash || proofs.bills.length !== of.book.meters.length;
  if (isOther || proofs.substitutes.length !== copiesOf(of.book.meters).length || faults.some((f) => f.meter !== undefined))
    return { day, of, faults, bills: [], substitutes: [], clearing: null };
  const shared = { grid: gridId(genesis.chainId), rho: rhoOf(of.hash), tick: genesis.params.tick };
  const asked = { day, of, proofs, faults, ...shared, only };
  return { day, of, faults, bills: billClaims(asked), substitutes: copyClaims(asked), clearing: clearingClaim(asked) };
}

interface Asking extends Pick<Prepared, 'day' | 'of' | 'faults'> {
  proofs: ProofsFile;
  grid: bigint;
  rho: bigint;
  tick: number;
  only: ReadonlySet<string> | undefined;
}

function billClaims({ day, of, proofs, faults, grid, rho, only, tick }: Asking): Claim[] {
  const { book } = of;
  return book.meters.flatMap((entry, i): Claim[] => {
    const { meter } = entry;
    if (only && !only.has(meter)) return [];
    const { S, proof } = proofs.bills[i];
    const about = { S, rho, gridId: grid, meterTag: meterTag(meter), day: book.day, feePerDayNel: book.tariff.feePerDayNel };
    const prices = pricesOf(entry.source, book, tick);
    const inputs = publicInputs(() => dayBillPublic({ ...entry, ...about, ...prices }), meter, faults);
    return inputs ? [{ id: idOf({ date: day.date, version: of.version, meter }), proof, publicInputs: inputs }] : [];
  });
}

function copyClaims({ day, of, proofs, faults, grid, only }: Asking): Claim[] {
  return copiesOf(of.book.meters).flatMap(({ meter, C, copied }, i): Claim[] => {
    if (only && !only.has(meter)) return [];
    const about = { C, gridId: grid, meterTag: meterTag(meter), day: of.book.day, ...copied! };
    const inputs = publicInputs(() => substitutePublic(about), meter, faults);
    const id = idOf({ date: day.date, version: of.version, meter, copy: true });
    return inputs ? [{ id, proof: proofs.substitutes[i].proof, publicInputs: inputs }] : [];
  });
}

function clearingClaim({ day, of, proofs, faults, grid, rho, only, tick }: Asking): Claim | null {
  const { book } = of;
  if (only || book.X === null || !proofs.clearing) return null;
  const sumS = fieldSum(proofs.bills.map((bill) => bill.S));
  const inputs = publicInputs(() => clearingInputs(book, book.X!, rho, sumS, grid, tick), undefined, faults);
  const id = idOf({ date: day.date, version: of.version, meter: null });
  return inputs && { id, proof: proofs.clearing.proof, publicInputs: inputs };
}
