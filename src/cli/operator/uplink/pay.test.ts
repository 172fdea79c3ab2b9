/** Who watches for payouts goes by the treasury in force, in each round: a wallet whose treasury is replaced meanwhile signs no more. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address } from '../../../../test/kit/books/index-rows.ts';
import { type MainIndex, startMainIndex } from '../../../../test/kit/main-index.ts';
import type { Sql } from '../../../node/db/index.ts';
import { payerOf, payOut } from './pay.ts';

const MAIN = 'electra-main-5eed0002';
const [UPLINK, FIRST, SECOND] = ['uplink', 'first', 'second'].map(address);
const SETTINGS = { address: UPLINK, mainChainId: MAIN, treasury: FIRST };
let [of, index, sql] = [] as unknown as [MainIndex, MainIndex['index'], Sql];
beforeAll(async () => {
  of = await startMainIndex({ chainId: MAIN, treasury: FIRST });
  ({ index, sql } = of);
}, 120_000);
afterAll(() => of?.stop());

const replace = () => index.sql`
  insert into chain.register_change (id, number, what, uplink, treasury, height, due_unix_s, fate, settled_height)
  values ('1', 1, 'treasury', ${UPLINK}, ${SECOND}, 1, 1, 'applied', 100)`;

/** Watches with a wallet; in the third round at the latest it is stopped. */
async function watched(wallet: string, afterFirst: () => Promise<unknown> = async () => undefined): Promise<string[]> {
  const stop = new AbortController();
  const paidBy: string[] = [];
  const payer = () => payerOf(sql, SETTINGS, { chainId: 'community-1', wallet });
  const pay = async ({ treasury }: { treasury: string }) => {
    if (paidBy.push(treasury) === 1) await afterFirst();
    if (paidBy.length === 3) stop.abort();
    return { registered: 0, paid: 0, refused: 0 };
  };
  try {
    await payOut({ watch: true }, { payer, pay, signal: stop.signal, everyMs: 1 });
  } catch (error) {
    paidBy.push((error as Error).message);
  }
  return paidBy;
}

test('the treasury’s wallet goes on until it is stopped; once the treasury is replaced it ends, and says whose it is', async () => {
  expect(await watched(FIRST)).toEqual([FIRST, FIRST, FIRST]);
  const words = `--wallet-file: is the key of ${FIRST}, expected that of ${SECOND}`;
  expect(await watched(FIRST, replace)).toEqual([FIRST, words]);
  expect(await watched(FIRST)).toEqual([words]);
  expect(await watched(SECOND)).toEqual([SECOND, SECOND, SECOND]);
});
