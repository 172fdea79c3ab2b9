/**
 * Final readings (protocol §9.3): where a retired meter's last day has no valid statement, somebody reads its registers by hand. The books
 * keep what was read and what opens the commitment to it; the chain holds the commitment, once. The blinding is that of the midnight, so
 * that the last day's L1, corrected to end at these registers, is the very commitment.
 *
 * What was read is written down before it is sent: so nothing that the chain holds can be without its opening. A reading that the chain
 * refused stays without effect.
 */
import { isPlausible, type Registers } from '../../../protocol/day/spread.ts';
import { dayToDate, fieldToBytes, linkCommitment, meterTag, REGISTER_LIMIT_WH, SLOTS_PER_DAY } from '../../../protocol/index.ts';
import type { Sql, Tx } from '../../db/index.ts';
import { BooksError } from '../errors.ts';
import { meters } from '../intake/chain-view.ts';
import { csprng } from './randomness.ts';
import { linkBlindings } from './readings.ts';

export interface FinalReading {
  meter: string;
  /** the meter's last one, at whose end the registers were read */
  day: number;
  /** 32 bytes, big-endian */
  link: Uint8Array;
}

/** Writes down what was read of a retired meter. @throws BooksError where no correction could ever end there */
export async function noteFinalReading(sql: Sql, meter: string, registers: Registers): Promise<FinalReading> {
  return sql.begin(async (tx) => {
    const [enrolled] = await tx<{ last_day: number | null; max_wh_per_slot: number }[]>`
      select last_day, max_wh_per_slot from ${meters(tx)} m where meter = ${meter}`;
    if (!enrolled) throw new BooksError('unknown-meter', `${meter}: expected an enrolled meter`);
    const { last_day: day, max_wh_per_slot: maxWhPerSlot } = enrolled;
    if (day === null) throw new BooksError('not-retired', `${meter}: expected a meter with a last day (electra meter retire)`);
    await assertInReach(tx, { meter, day, maxWhPerSlot, registers });
    const blinding = (await linkBlindings(tx, day, [meter], csprng)).get(`${meter}/${day + 1}`)!;
    const link = fieldToBytes(linkCommitment(meterTag(meter), registers.importWh, registers.exportWh, blinding));
    await tx`
      insert into books.final_reading (meter, link, day, import_wh, export_wh, blinding)
      values (${meter}, ${Buffer.from(link)}, ${day}, ${registers.importWh}, ${registers.exportWh}, ${String(blinding)})
      on conflict do nothing`;
    return { meter, day, link };
  }) as Promise<FinalReading>;
}

/** Registers that the connection can have reached since the last day that the meter signed. */
async function assertInReach(
  tx: Tx,
  { meter, day, maxWhPerSlot, registers }: { meter: string; day: number; maxWhPerSlot: number; registers: Registers },
): Promise<void> {
  for (const key of ['importWh', 'exportWh'] as const)
    if (registers[key] < 0n || registers[key] >= REGISTER_LIMIT_WH)
      throw new BooksError('out-of-range', `${key}: expected a register from 0 to below 2^56`);
  const [known] = await tx<{ day: number; import_end_wh: bigint; export_end_wh: bigint }[]>`
    select day, import_end_wh, export_end_wh from books.latest_entry
    where meter = ${meter} and day <= ${day} and source = 'metered' order by day desc limit 1`;
  if (!known) return;
  if (known.day === day) throw new BooksError('last-day-signed', `${meter} has signed its last day, ${dayToDate(day)}`);
  const slots = (day - known.day) * SLOTS_PER_DAY;
  for (const [key, from] of [
    ['importWh', known.import_end_wh],
    ['exportWh', known.export_end_wh],
  ] as const)
    if (!isPlausible(from, registers[key], slots, maxWhPerSlot))
      throw new BooksError(
        'out-of-reach',
        `${key}: expected what the register can have reached since the end of ${dayToDate(known.day)}, its last signed day: ` +
          'no less than it was then, no more above it than the connection can have carried',
      );
}
