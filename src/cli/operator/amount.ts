/** nELECTRA as ELECTRA, all nine places. */
export function electra(nel: bigint): string {
  const digits = (nel < 0n ? -nel : nel).toString().padStart(10, '0');
  return `${nel < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
