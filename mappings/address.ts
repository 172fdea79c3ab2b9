/** The 20 bytes behind a bech32 address, as the store takes bytes. */
import { fromBech32 } from '@cosmjs/encoding';
import { hex, Unplaceable } from './handler.ts';

export function addressHex(address: string, field: string): string {
  try {
    return hex(fromBech32(address).data);
  } catch {
    throw new Unplaceable('out-of-range', `${field}: expected a bech32 address`);
  }
}
