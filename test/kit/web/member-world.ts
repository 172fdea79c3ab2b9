/**
 * A member's service, made up around a day that is proven for real: its bundle, the meter's own export, the openings and an invoice are
 * those of the audit's test data, so that a page can check the bill. Every question is answered from one object, which a test changes.
 */
import { billAmount, dateToDay, dayToDate, parseBook, parseOpenings } from '../../../src/protocol/index.ts';
import { writeZip } from '../../../src/reader/index.ts';
import type { BundleName } from '../audit/bundles.ts';
import { bundle, exportOf, exportText, invoiceText, meterOf, openingsOf, openingsText, operator, WALLET, withChain } from '../member.ts';

const WHO = 'rural-003';
export const DAY = '2026-07-02';
export const METER = meterOf(WHO);
export const NAME = 'Rosa Own';
const CHAIN_ID = exportOf(WHO).chainId;

type Json = Record<string, unknown>;

/** What the service says and gives out. */
export interface MemberWorld {
  amountNel: bigint;
  /** fields of the bill, over those of a released one */
  bill: Json | null;
  /** versions of it, newest first; default: the one */
  history: Json[] | null;
  /** fields of the service, over the usual ones */
  service: Json;
  files: ReadonlyMap<string, string> | null;
  meterExport: string;
  openings: string;
  /** more of `member`: meters, days, invoices */
  member: Json;
  viewer: Json | null;
  /** answered instead of any data */
  error: { status: number; code: string; reference?: string; retryAfterS?: number } | null;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function booked(files: ReadonlyMap<string, string>) {
  const book = parseBook(files.get(`days/${DAY}/book.json`)!);
  const own = exportOf(WHO).days.find(({ day }) => day === dateToDay(DAY))!;
  const prices = {
    retailNelPerWh: book.tariff.retailNelPerWh,
    feedInNelPerWh: book.tariff.feedInNelPerWh,
    buyNelPerWh: book.prices.buyNelPerWh,
    sellNelPerWh: book.prices.sellNelPerWh,
  };
  return { own, prices, feeNel: book.tariff.feePerDayNel };
}

export const HONEST = booked(bundle());
export const AMOUNT_NEL = billAmount({ ...HONEST.own, prices: HONEST.prices, feePerDayNel: HONEST.feeNel });

/** The bill's quarter-hours at its prices. */
const lines = (): Json[] =>
  HONEST.own.importWh.map((importWh, slot) => {
    const exportWh = HONEST.own.exportWh[slot];
    const [buyNelPerWh, sellNelPerWh] = [HONEST.prices.buyNelPerWh[slot], HONEST.prices.sellNelPerWh[slot]];
    const amountNel = String(BigInt(buyNelPerWh) * BigInt(importWh) - BigInt(sellNelPerWh) * BigInt(exportWh));
    return { slot, importWh, exportWh, buyNelPerWh, sellNelPerWh, amountNel };
  });

export const honestWorld = (name: BundleName = 'honest'): MemberWorld => ({
  amountNel: AMOUNT_NEL,
  bill: {},
  history: null,
  service: {},
  files: withChain(bundle(name)),
  meterExport: exportText(WHO),
  openings: openingsText(openingsOf(WHO)),
  member: {},
  viewer: {
    address: WALLET,
    name: NAME,
    roles: ['MEMBER'],
    expiresAt: '2026-07-03T18:00:00.000Z',
    sessions: [],
    sessionsMost: 20,
    pageSessionsMost: 5,
    passkeys: [],
    invites: [],
    noticesWanted: [],
    news: [],
  },
  error: null,
});

/** An invoice by the operator of the bundle; `wrong`: a line of it is not what the book has. */
export const signedInvoice = ({ wrong = false } = {}): string =>
  invoiceText(openingsOf(WHO).map((one) => (wrong && one.day === dateToDay(DAY) ? { ...one, amountNel: one.amountNel + 1n } : one)));

/** An invoice of 31 days, each like the first. */
export const longInvoice = (): string => {
  const [first] = openingsOf(WHO);
  return invoiceText(Array.from({ length: 31 }, (_, i) => ({ ...first, day: first.day + i })));
};

const headOf = ({ amountNel, bill }: MemberWorld): Json => ({
  day: DAY,
  version: 1,
  meter: { address: METER },
  source: 'METERED',
  status: 'RELEASED',
  superseded: false,
  amountNel: String(amountNel),
  correction: null,
  ...bill,
});

function billOf(world: MemberWorld): Json | null {
  const { own, feeNel } = HONEST;
  if (!world.bill) return null;
  return {
    feeNel: String(feeNel),
    lines: lines(),
    opening: { amountNel: String(world.amountNel), s: '51'.repeat(20) },
    entry: { C: '7'.repeat(60), B: '8'.repeat(60) },
    registers: {
      importStartWh: String(own.importStartWh),
      exportStartWh: String(own.exportStartWh),
      importEndWh: String(own.importStartWh + BigInt(sum(own.importWh))),
      exportEndWh: String(own.exportStartWh + BigInt(sum(own.exportWh))),
    },
    copied: null,
    bookHash: 'ab'.repeat(32),
    anchorHeight: 117_961,
    noBillOpen: false,
    ...headOf(world),
  };
}

const page = (nodes: readonly unknown[]) => ({ edges: nodes.map((node) => ({ node })), pageInfo: { hasNextPage: false, endCursor: null } });

function dataOf(world: MemberWorld): Json {
  const bill = billOf(world);
  const isReleased = bill?.amountNel != null;
  return {
    viewer: world.viewer,
    service: {
      chainId: CHAIN_ID,
      chainTime: '2026-07-03T11:20:00.000Z',
      timeZone: 'Europe/Vienna',
      currency: 'EUR',
      releasesAfterS: '23400',
      operators: [operator.address],
      origin: null,
      lastReleasedDay: DAY,
      genesisHash: 'f3'.repeat(32),
      ...world.service,
    },
    member: {
      bill,
      bills: page(world.history ?? (bill ? [headOf(world)] : [])),
      meters: page([{ address: METER, firstDay: '2026-07-01', lastDay: null, lastReport: null, installCodes: [] }]),
      shown: page([]),
      meter: { intervals: page([]) },
      days: [],
      invoices: page([]),
      invoice: null,
      ...world.member,
    },
    priceDay: isReleased ? HONEST.prices : null,
  };
}

const gone = (): Response => Response.json({ error: { code: 'NOT_FOUND', message: 'not there' } }, { status: 404 });
const text = (body: string): Response => new Response(body, { headers: { 'content-type': 'application/json' } });

/** As the service has it: of the days that are asked for, and no other. */
function openingsWithin(all: string, asked: URLSearchParams): string {
  const [from, to] = [asked.get('from') ?? '', asked.get('to') ?? '9'];
  const isWithin = (date: string): boolean => from <= date && date <= to;
  return openingsText(parseOpenings(all).openings.filter(({ day }) => isWithin(dayToDate(day))));
}

/** The service's answer to a request of a page. */
export function answerOf(world: MemberWorld, { url }: Request): Response {
  const { pathname, searchParams } = new URL(url);
  if (world.error) {
    const { status, ...error } = world.error;
    return Response.json({ error: { message: error.code, ...error } }, { status });
  }
  if (pathname === '/graphql') return Response.json({ data: dataOf(world) });
  if (pathname === `/bundle/${DAY}.zip`)
    return world.files ? new Response(new Uint8Array(writeZip(Object.fromEntries(world.files)))) : gone();
  if (pathname === '/export/statements.json') return text(world.meterExport);
  if (pathname === '/export/openings.json') return text(openingsWithin(world.openings, searchParams));
  if (/^\/export\/.*\.csv$/.test(pathname)) return new Response('header\r\n');
  return gone();
}

const issued = (text: string): Json => {
  const { month, totalNel } = JSON.parse(text).invoice as { month: string; totalNel: string };
  const invoice = { month, revision: 1, totalNel, issuedAt: '2026-08-01T06:00:00.000Z', text };
  return { invoice, invoices: page([invoice]) };
};

const SESSION = { createdAt: '2026-07-03T06:00:00.000Z', lastUsedAt: '2026-07-03T11:00:00.000Z', expiresAt: '2026-07-03T18:00:00.000Z' };

/** Bills in each state, for pictures. */
export const MEMBER_WORLDS = {
  'bill-final': (): MemberWorld => ({
    ...honestWorld(),
    member: issued(longInvoice()),
    viewer: {
      ...honestWorld().viewer,
      sessions: [
        { id: 'here', way: 'PASSKEY', current: true, ...SESSION },
        { id: 'elsewhere', way: 'WALLET', current: false, ...SESSION },
      ],
    },
  }),
  // the invoice above is long for the sake of its picture: its other days are made up
  'bill-right': (): MemberWorld => ({ ...honestWorld(), member: issued(signedInvoice()) }),
  'bill-waiting': (): MemberWorld => ({
    ...honestWorld(),
    bill: { amountNel: null, status: 'PROVEN' },
    service: { releasesAfterS: '86000' },
  }),
  'bill-corrected': (): MemberWorld => ({
    ...honestWorld(),
    bill: {
      version: 2,
      correction: { supersedes: 1, beforeNel: '9000000000', differenceNel: String(AMOUNT_NEL - 9_000_000_000n), reason: 'LATE_STATEMENT' },
    },
  }),
  'bill-substitute': (): MemberWorld => ({ ...honestWorld(), bill: { source: 'SUBSTITUTE', copied: { day: '2026-07-01' } } }),
  'bill-disputed': (): MemberWorld => ({ ...honestWorld(), bill: { source: 'DISPUTED', copied: { day: null } } }),
  'bill-false': (): MemberWorld => ({ ...honestWorld(), member: issued(signedInvoice({ wrong: true })) }),
};
