/**
 * What the check of a bill needs: the day's bundle, which anybody is given, what the own meter stated, and what the operator delivered.
 * It is kept as long as the page is open and nobody else is signed in, so that a check can be made again without the network.
 */
import { effect } from '@preact/signals';
import { dateToDay, ProtocolError, parseOpenings, parseSignedInvoice } from '../../../src/protocol/index.ts';
import { ask } from '../api/client.ts';
import { fetchFile } from '../api/file.ts';
import { viewer } from '../api/session.ts';
import type { OwnInputs } from '../check/messages.ts';
import { addDays, monthOf } from '../values/day-clock.ts';

const kept = new Map<string, Promise<OwnInputs>>();
effect(() => {
  if (viewer.value === null) kept.clear();
});

/** The month's signed invoice, byte for byte; undefined while none was issued. */
const askInvoice = (month: string): Promise<string | undefined> =>
  ask<{ member: { invoice: { text: string } | null } }>('query ($month: String!) { member { invoice(month: $month) { text } } }', {
    month,
  }).then(({ member }) => member.invoice?.text);

export interface BillName {
  day: string;
  meter: string;
  version: number;
}

/** The month's signed invoice where it has this version of the bill, or cannot be read: both are for the check to judge. */
function covers(text: string, { day, meter, version }: BillName): boolean {
  try {
    return parseSignedInvoice(text).invoice.lines.some(
      (line) => line.day === dateToDay(day) && line.meter === meter && line.version === version,
    );
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return true;
  }
}

async function fetchInputs(bill: BillName): Promise<OwnInputs> {
  const { day, meter } = bill;
  const [zip, meterExport, invoice, openings] = await Promise.all([
    fetchFile(`/bundle/${day}.zip`).then(async (response) => new Uint8Array(await response.arrayBuffer())),
    fetchFile(`/export/statements.json?from=${addDays(day, -1)}&to=${day}&meter=${meter}`).then((response) => response.text()),
    askInvoice(monthOf(day)),
    fetchFile(`/export/openings.json?from=${day}&to=${day}`).then((response) => response.text()),
  ]);
  const delivered = invoice !== undefined && covers(invoice, bill) ? { invoice } : { openings };
  return { name: `${day}.zip`, zip, meterExport, ...delivered };
}

/** Fetched once; what failed is asked for anew. @throws ApiTrouble */
export function ownInputs(bill: BillName): Promise<OwnInputs> {
  const key = `${viewer.value?.address} ${bill.day} ${bill.meter} ${bill.version}`;
  const known = kept.get(key);
  if (known) return known;
  const inputs = fetchInputs(bill);
  kept.set(key, inputs);
  inputs.catch(() => kept.delete(key));
  return inputs;
}

/** What the delivered opening of a bill says it comes to; null where there is none, or it cannot be read. */
export function deliveredNel({ invoice, openings }: OwnInputs, { day, meter }: BillName): bigint | null {
  try {
    const lines = invoice === undefined ? parseOpenings(openings ?? '').openings : parseSignedInvoice(invoice).invoice.lines;
    return lines.find((line) => line.day === dateToDay(day) && line.meter === meter)?.amountNel ?? null;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}
