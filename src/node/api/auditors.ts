/** Who may audit: a list the operator keeps. Written with the owner's connection (the API's own role cannot), read anew at each request. */
import { addressBytes } from '../../protocol/values/address.ts';
import type { Sql } from '../db/connect.ts';

/** @throws ProtocolError when it is no address */
export async function addAuditor(owner: Sql, address: string): Promise<void> {
  addressBytes(address, 'address');
  await owner`insert into access.auditor (address) values (${address}) on conflict do nothing`;
}

/** Their wallet addresses, sorted. */
export const auditors = async (owner: Sql): Promise<string[]> =>
  (await owner<{ address: string }[]>`select address from access.auditor order by address`).map(({ address }) => address);

/** Takes the role away, from open sessions too. Says whether the address had it. */
export async function removeAuditor(owner: Sql, address: string): Promise<boolean> {
  const removed = await owner`delete from access.auditor where address = ${address} returning 1`;
  return removed.length > 0;
}
