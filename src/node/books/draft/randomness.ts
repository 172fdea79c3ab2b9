/**
 * Where the books' secrets come from: the CSPRNG, each draw on its own. Nothing is derived from readings, days or meters, and nothing is
 * drawn twice for two uses: one mask k under two rho is a linear equation on private readings (protocol §6). Tests pass fixed draws
 * instead.
 */
import { randomBytes } from 'node:crypto';
import { bigEndian, FIELD_ORDER } from '../../../protocol/index.ts';

export interface Draws {
  /** k: 64 bytes mod r. */
  maskOf(meter: string): bigint;
  /** v and s: 31 bytes. */
  maskBlindingOf(meter: string): bigint;
  billBlindingOf(meter: string): bigint;
  /** u of a meter and the midnight that begins `day`. */
  linkBlindingOf(meter: string, day: number): bigint;
  /** x of the day. */
  totalsBlinding(): bigint;
  /** blinding of a commitment that the node makes itself, 31 bytes. */
  dayBlindingOf(meter: string): Uint8Array;
}

const of31Bytes = () => bigEndian(randomBytes(31));

export const csprng: Draws = {
  maskOf: () => bigEndian(randomBytes(64)) % FIELD_ORDER,
  maskBlindingOf: of31Bytes,
  billBlindingOf: of31Bytes,
  linkBlindingOf: of31Bytes,
  totalsBlinding: of31Bytes,
  dayBlindingOf: () => new Uint8Array(randomBytes(31)),
};
