/**
 * Members' balances beside the main chain: what its verified index shows of the treasury's moves, and what members ask for. Nothing that
 * matters is in memory; any of it may run twice, or be cut off.
 */
import { chainHead, type Sql } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import { askedAccounts, type Between, lastCounters, noteRegistered, takeLinks, takeWithdrawals } from './requests.ts';
import { inForce, treasuriesOf } from './treasuries.ts';

export interface BalanceOptions {
  /** the community's database, and that of the main chain's index; role electra_books */
  sql: Sql;
  main: Sql;
  between: Between;
  uplink: string;
  /** the treasury as the community joined */
  joined: string;
  log: Pick<Log, 'info' | 'warn'>;
}

/** Judges what members ask for. Returns how many steps were made. */
export async function followRequests({ sql, main, between, uplink, joined, log }: BalanceOptions): Promise<number> {
  const links = await takeLinks(sql, between);
  if (links > 0) log.info({ links }, 'accounts of members are linked');
  const head = await chainHead(main);
  if (head?.chainId !== between.mainChainId) return links; // nothing is known of it yet
  const { height, chainUnixS } = head;
  const registered = await noteRegistered(sql, main, { between, height });
  const terms = await treasuriesOf(main, { uplink, joined, height });
  const payer = { ...between, treasury: inForce(terms) };
  const { ids, accounts } = await askedAccounts(sql, between);
  const last = ids.length === 0 ? new Map() : await lastCounters(main, { terms, height, accounts });
  const taken = ids.length === 0 ? 0 : await takeWithdrawals(sql, { payer, last, ids, chainUnixS });
  if (taken > 0) log.info({ withdrawals: taken }, 'payouts are taken off balances: `electra uplink pay` pays them');
  return links + registered + taken;
}
