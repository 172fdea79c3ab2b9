/**
 * A member's check of a final reading (protocol §9.3): the registers and the blinding that the node told open the commitment that the
 * chain holds. That bills end there is for the audit to say; that the display showed it, for the member.
 */
import { linkCommitment, meterTag } from '../../protocol/index.ts';
import { type Files, parseBundle } from '../bundle.ts';

export interface ReadingOpening {
  meter: string;
  importWh: bigint;
  exportWh: bigint;
  blinding: bigint;
}

/** `holds` null: the bundle has no final reading of the meter. */
export interface ReadingVerdict {
  holds: boolean | null;
  /** `YYYY-MM-DD`, the meter's last day */
  day: string | null;
  /** whether its member has objected to it */
  objected: boolean;
}

/** @throws ProtocolError naming the field of the opening that is out of range */
export function verifyReading(files: Files, { meter, importWh, exportWh, blinding }: ReadingOpening): ReadingVerdict {
  const link = linkCommitment(meterTag(meter), importWh, exportWh, blinding);
  for (const { date, chain } of parseBundle(files).days) {
    const reading = chain?.finalReadings.find((one) => one.meter === meter);
    if (reading) return { holds: reading.link === link, day: date, objected: reading.objectedHeight !== null };
  }
  return { holds: null, day: null, objected: false };
}
