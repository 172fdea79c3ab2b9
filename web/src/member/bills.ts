/** Questions about own bills, and the shapes of the answers. */
import { ask } from '../api/client.ts';
import { daysOfMonth } from '../values/day-clock.ts';
import { type BillSource, type BookState, type DayPrices, FACT_FIELDS, type Facts, factsOf, type ServiceAnswer } from './question.ts';

export interface Correction {
  supersedes: number;
  beforeNel: bigint;
  differenceNel: bigint;
  reason: 'LATE_STATEMENT' | 'RUN_CLOSED';
}

/** A bill as lists show it. */
export interface BillHead {
  day: string;
  version: number;
  meter: string;
  source: BillSource;
  status: BookState;
  /** whether a later version replaces it */
  superseded: boolean;
  /** null before the release */
  amountNel: bigint | null;
  correction: Correction | null;
}

export interface BillLine {
  slot: number;
  importWh: number;
  exportWh: number;
  buyNelPerWh: number;
  sellNelPerWh: number;
  amountNel: bigint;
}

/** What is there once the day is released. */
export interface Released {
  amountNel: bigint;
  feeNel: bigint;
  lines: readonly BillLine[];
  opening: { amountNel: string; s: string };
  entry: { C: string; B: string };
  registers: { importStartWh: bigint; exportStartWh: bigint; importEndWh: bigint; exportEndWh: bigint };
  /** which day is billed instead of one without a valid statement; `day` null: none, so zero */
  copied: { day: string | null } | null;
  bookHash: string;
  anchorHeight: number;
}

export interface Bill extends BillHead {
  released: Released | null;
  noBillOpen: boolean;
}

export interface BillPage {
  facts: Facts;
  /** null while the day is not closed */
  bill: Bill | null;
  /** all versions, newest first */
  history: readonly BillHead[];
  /** null while the day is not released */
  prices: DayPrices | null;
}

type Text<T> = { [K in keyof T]: T[K] extends bigint ? string : T[K] };

interface HeadAnswer extends Omit<BillHead, 'meter' | 'amountNel' | 'correction'> {
  meter: { address: string };
  amountNel: string | null;
  correction: Text<Correction> | null;
}

interface BillAnswer extends HeadAnswer {
  feeNel: string | null;
  lines: Text<BillLine>[] | null;
  opening: Released['opening'] | null;
  entry: Released['entry'] | null;
  registers: Text<Released['registers']> | null;
  copied: Released['copied'];
  bookHash: string | null;
  anchorHeight: number | null;
  noBillOpen: boolean;
}

const HEAD = 'day version meter { address } source status superseded amountNel correction { supersedes beforeNel differenceNel reason }';
const WHOLE = `${HEAD} feeNel noBillOpen bookHash anchorHeight opening { amountNel s } entry { C B } copied { day }
  lines { slot importWh exportWh buyNelPerWh sellNelPerWh amountNel }
  registers { importStartWh exportStartWh importEndWh exportEndWh }`;
const VERSIONS = 20;
const PAGE = 100;

const headOf = ({ meter, amountNel, correction, ...rest }: HeadAnswer): BillHead => ({
  ...rest,
  meter: meter.address,
  amountNel: amountNel === null ? null : BigInt(amountNel),
  correction: correction && {
    ...correction,
    beforeNel: BigInt(correction.beforeNel),
    differenceNel: BigInt(correction.differenceNel),
  },
});

function releasedOf(answer: BillAnswer): Released | null {
  const { amountNel, feeNel, lines, opening, entry, registers, copied, bookHash, anchorHeight } = answer;
  if (amountNel === null || feeNel === null || !lines || !opening || !entry || !registers || bookHash === null || anchorHeight === null)
    return null;
  return {
    amountNel: BigInt(amountNel),
    feeNel: BigInt(feeNel),
    lines: lines.map((line) => ({ ...line, amountNel: BigInt(line.amountNel) })),
    opening,
    entry,
    registers: {
      importStartWh: BigInt(registers.importStartWh),
      exportStartWh: BigInt(registers.exportStartWh),
      importEndWh: BigInt(registers.importEndWh),
      exportEndWh: BigInt(registers.exportEndWh),
    },
    copied,
    bookHash,
    anchorHeight,
  };
}

const billOf = (answer: BillAnswer): Bill => ({ ...headOf(answer), released: releasedOf(answer), noBillOpen: answer.noBillOpen });

/** Own bills of a month, every version, newest first. */
export async function askBills(month: string): Promise<BillHead[]> {
  const days = daysOfMonth(month);
  const found: BillHead[] = [];
  let after: string | null = null;
  do {
    const {
      member,
    }: { member: { bills: { edges: { node: HeadAnswer }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } } = await ask(
      `query ($from: Date!, $to: Date!, $after: String) { member { bills(from: $from, to: $to, first: ${PAGE}, after: $after) {
          edges { node { ${HEAD} } } pageInfo { hasNextPage endCursor } } } }`,
      { from: days[0], to: days.at(-1), after },
    );
    found.push(...member.bills.edges.map(({ node }) => headOf(node)));
    after = member.bills.pageInfo.hasNextPage ? member.bills.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

/** One own bill, of the newest version that is released or of the one on its way. */
export async function askBill(day: string, meter: string): Promise<BillPage> {
  const { service, member, priceDay } = await ask<{
    service: ServiceAnswer;
    member: { bill: BillAnswer | null; bills: { edges: { node: HeadAnswer }[] } };
    priceDay: DayPrices | null;
  }>(
    `query ($day: Date!, $meter: String!) {
      service { ${FACT_FIELDS} }
      member { bill(day: $day, meter: $meter) { ${WHOLE} }
        bills(meter: $meter, from: $day, to: $day, first: ${VERSIONS}) { edges { node { ${HEAD} } } } }
      priceDay(day: $day) { retailNelPerWh feedInNelPerWh buyNelPerWh sellNelPerWh } }`,
    { day, meter },
  );
  return {
    facts: factsOf(service),
    bill: member.bill && billOf(member.bill),
    history: member.bills.edges.map(({ node }) => headOf(node)),
    prices: priceDay,
  };
}

/** The bill that counts of each meter and day: the newest released, or else the one on its way. */
export function counting(bills: readonly BillHead[]): BillHead[] {
  const own = Map.groupBy(bills, ({ day, meter }) => `${day}/${meter}`);
  return [...own.values()].map((versions) => versions.find(({ amountNel }) => amountNel !== null) ?? versions[0]);
}
