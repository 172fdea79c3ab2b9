/** Amounts of ELECTRA as people read and type them. */
import { InvalidArgumentError } from 'commander';

/** nELECTRA as ELECTRA, all nine places. */
export function electra(nel: bigint): string {
  const digits = (nel < 0n ? -nel : nel).toString().padStart(10, '0');
  return `${nel < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** ELECTRA with up to nine places, as nELECTRA. @throws InvalidArgumentError */
export function parseElectra(text: string): bigint {
  const match = /^(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,9}))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected ELECTRA, as 250 or 0.5, with at most nine places.');
  return BigInt(match[1]) * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}
