/**
 * A member's check of a final reading (protocol §9.3): the registers and the blinding that the node told open the commitment that the
 * chain holds. What the chain holds is proven first, as in an audit; whose file says so would be asked to believe it otherwise. That bills
 * end there is for the audit to say; that the display showed it, for the member.
 */
import { linkCommitment, meterTag } from '../../protocol/index.ts';
import { auditParsed, type Check, type Files, type Verdict } from '../audit/index.ts';
import { parseBundle } from '../bundle.ts';

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
  /** why the bundle does not show what the chain holds of that day; null: it is proven */
  unproven: string | null;
  /** of the chain that it is proven by, to compare with one from a source of the reader's own */
  genesisHash: string | null;
}

/** What has to have passed for a day's final readings to be the chain's. */
const DUE = ['1 headers', '3 genesis', '2 log', '2 state proofs', '2 log of the day'] as const;

function unprovenIn({ checks }: Verdict, date: string): string | null {
  const placeOf = ({ id, name, day }: Check): string => `${id} ${name}${name === 'log' && day !== undefined ? ' of the day' : ''}`;
  const ofDay = checks.filter(({ day }) => day === undefined || day === date);
  for (const due of DUE) {
    const found = ofDay.filter((check) => placeOf(check) === due);
    const wrong = found.find(({ status }) => status !== 'passed');
    if (wrong || found.length === 0) return `${due}: ${wrong?.detail ?? 'not checked'}`;
  }
  return null;
}

/** @throws ProtocolError naming the field of the opening that is out of range */
export async function verifyReading(files: Files, { meter, importWh, exportWh, blinding }: ReadingOpening): Promise<ReadingVerdict> {
  const link = linkCommitment(meterTag(meter), importWh, exportWh, blinding);
  const bundle = parseBundle(files);
  for (const { date, chain } of bundle.days) {
    const reading = chain?.finalReadings.find((one) => one.meter === meter);
    if (!reading) continue;
    // Nobody's bill is asked for, so no proof is verified and no key matters.
    const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
    const audit = await auditParsed(bundle, { random, developmentKeys: true, only: new Set() });
    const said = { day: date, objected: reading.objectedHeight !== null };
    return { holds: reading.link === link, ...said, unproven: unprovenIn(audit, date), genesisHash: audit.genesisHash };
  }
  return { holds: null, day: null, objected: false, unproven: null, genesisHash: null };
}
