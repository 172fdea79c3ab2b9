/** What members of the test community hold: exports of their meters, openings, invoices signed by an operator whose key the tests know. */

import { randomBytes } from 'node:crypto';
import { wasmBackend } from '../../src/node/proofs/backend-wasm.ts';
import {
  type BillOpening,
  compareBills,
  encodeMeterExport,
  encodeOpenings,
  encodeSignedInvoice,
  type Invoice,
  invoiceHead,
  type MeterExport,
  type SignedInvoice,
  signedTextDigest,
  totalOf,
} from '../../src/protocol/index.ts';
import { keySigner } from '../../src/protocol/messages/sign.ts';
import type { OwnOptions } from '../../src/reader/member/index.ts';
import type { BookedDay } from './audit/booked-day.ts';
import { type BundleName, edit, load } from './audit/bundles.ts';
import { withChain } from './audit/chain.ts';
import { blindingOf, correct, makeDay } from './audit/days.ts';
import { EXCEPTIONS, plans } from './audit/plans.ts';
import { CHAIN_ID, FIRST_DAY, realDays } from './audit/readings.ts';
import { remembering } from './audit/remembered.ts';
import { keyIds } from './development-keys.ts';

/** Lets the chain say what the files say, also after an edit. */
export { withChain };

export const operator = keySigner(new Uint8Array(32).fill(9));
export const MONTH = '2026-07';
export const WALLET = 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl';
export const days = realDays(2);
export const meterOf = (member: string): string => days[0].find((m) => m.member === member)!.meter;

const verifier = { random: (length: number): Uint8Array => randomBytes(length), backend: await wasmBackend() };
export const OWN_OPTIONS: OwnOptions = { developmentKeys: true, ...verifier, verifyClaims: remembering(verifier) };

/** A bundle whose genesis names the operator above; its chain is made by {@link withChain}. */
export function bundle(name: BundleName = 'honest'): Map<string, string> {
  const files = load(name);
  edit(files, 'genesis.json', (genesis) => {
    genesis.app_state.meter.operator = operator.address;
  });
  return files;
}

/** What the meter of `member` exports of both days. */
export const exportOf = (member: string): MeterExport => ({
  chainId: CHAIN_ID,
  meter: meterOf(member),
  days: days.map((day, i) => {
    const d = day.find((m) => m.member === member)!;
    return {
      day: FIRST_DAY + i,
      importStartWh: d.importStartWh,
      exportStartWh: d.exportStartWh,
      importWh: d.importWh,
      exportWh: d.exportWh,
      blinding: blindingOf(d, FIRST_DAY + i),
      flags: 0,
    };
  }),
});

export const exportText = (member: string, change: (file: MeterExport) => MeterExport = (f) => f): string =>
  encodeMeterExport(change(exportOf(member)));

const keys = keyIds();
const PLANS: Partial<Record<BundleName, ('day1' | 'day2' | 'substituted' | 'exceptions1' | 'exceptions2')[]>> = {
  honest: ['day1', 'day2'],
  substituted: ['day1', 'substituted'],
  exceptions: ['exceptions1', 'exceptions2'],
};

const openingIn = (made: Pick<BookedDay, 'book' | 'bills'>, meter: string, bookHash: string): BillOpening => {
  const bill = made.bills.find((b) => b.meter === meter)!;
  return { day: made.book.day, version: made.book.version, bookHash, meter, amountNel: bill.amountNel, s: bill.s };
};

/** The openings that the node of a bundle has for a meter, of version 1. */
export function openingsOf(member: string, name: 'honest' | 'substituted' | 'exceptions' = 'honest'): BillOpening[] {
  const files = load(name);
  const meter = meterOf(member);
  return PLANS[name]!.map((plan) => {
    const bookOf = (date: string) => JSON.parse(files.get(`days/${date}/proofs.json`)!).bookHash as string;
    const made = makeDay(plans(keys)[plan]);
    return openingIn(made, meter, bookOf(made.book.day === FIRST_DAY ? '2026-07-01' : '2026-07-02'));
  });
}

/** The opening of the correction of bundle `corrected`. */
export function correctedOpening(): BillOpening {
  const made = makeDay(plans(keys).exceptions1);
  const second = correct(plans(keys).exceptions1, made, EXCEPTIONS.substitute);
  return openingIn(
    second,
    meterOf(EXCEPTIONS.substitute),
    JSON.parse(load('corrected').get('days/2026-07-01/proofs.v2.json')!).bookHash as string,
  );
}

export const openingsText = (openings: readonly BillOpening[], chainId = CHAIN_ID): string =>
  encodeOpenings({ chainId, member: WALLET, openings: [...openings].sort(compareBills) });

export function signed(lines: readonly BillOpening[], over: Partial<Invoice> = {}, key = operator): SignedInvoice {
  const invoice: Invoice = {
    chainId: CHAIN_ID,
    operator: key.address,
    member: WALLET,
    month: MONTH,
    lines: [...lines].sort(compareBills),
    totalNel: totalOf(lines),
    ...over,
  };
  const signature = key.sign(signedTextDigest(key.address, invoiceHead(invoice))) as Uint8Array;
  return { invoice, publicKey: Buffer.from(key.publicKey).toString('hex'), signature: Buffer.from(signature).toString('hex') };
}

export const invoiceText = (...args: Parameters<typeof signed>): string => encodeSignedInvoice(signed(...args));
