/** Members with accounts on a main chain, for tests of the doors to their balances: an API that shares, and the uplink's rounds. */

import { signText } from '../../../src/node/api/adr36.ts';
import { connect, type Sql } from '../../../src/node/db/index.ts';
import { followRequests } from '../../../src/node/uplink/balances.ts';
import { movesOf } from '../../../src/node/uplink/moves.ts';
import { readFrom } from '../../../src/node/uplink/reading.ts';
import { endedBy, inForce, treasuriesOf } from '../../../src/node/uplink/treasuries.ts';
import { postTreasury } from '../../../src/node/uplink/treasury.ts';
import { accountLinkText, withdrawalText } from '../../../src/protocol/index.ts';
import { address, IndexRows } from '../books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../postgres.ts';
import { CHAIN_ID } from './community.ts';
import { startTestApi, type TestApi, type TestApiOptions } from './harness.ts';
import { type Person, people, type Wallet, walletOf } from './people.ts';

export const BETWEEN = { chainId: CHAIN_ID, mainChainId: 'electra-main-5eed0002' };
export const [TREASURY, UPLINK] = ['treasury', 'uplink'].map(address);
/** Of the API here: a test may take its time, and set its clock ahead by hours. */
export const LAG_LIMIT_S = 86_400;
export const accountOf = (name: string): Wallet => walletOf(`account of ${name}`);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
export const signed = ({ address: signer, privKey }: Wallet, text: string) => {
  const { publicKey, signature } = signText({ address: signer, privateKey: privKey, text });
  return { key: base64(publicKey), signature: base64(signature) };
};

/** Arguments of linkAccount, as a member's and an account's wallets make them. */
export function linkOf(member: Wallet, account: Wallet, between = BETWEEN, text?: string) {
  const said = text ?? accountLinkText({ ...between, member: member.address, account: account.address });
  const [byMember, byAccount] = [signed(member, said), signed(account, said)];
  return {
    account: account.address,
    ...{ memberKey: byMember.key, memberSignature: byMember.signature },
    ...{ accountKey: byAccount.key, accountSignature: byAccount.signature },
  };
}

/** Arguments of askPayout. */
export function payoutOf(member: Wallet, { account, number, amountNel }: { account: string; number: bigint; amountNel: bigint }) {
  const { key, signature } = signed(
    member,
    withdrawalText({ ...BETWEEN, treasury: TREASURY, member: member.address, account, counter: number, amountNel }),
  );
  return { account, number: String(number), amountNel: String(amountNel), pubKey: key, signature };
}

const LINK = `mutation ($account: String!, $memberKey: String!, $memberSignature: String!, $accountKey: String!,
  $accountSignature: String!) {
  linkAccount(account: $account, memberKey: $memberKey, memberSignature: $memberSignature, accountKey: $accountKey,
    accountSignature: $accountSignature) { address state why nextNumber } }`;
const ASK = `mutation ($account: String!, $number: String!, $amountNel: String!, $pubKey: String!, $signature: String!) {
  askPayout(account: $account, number: $number, amountNel: $amountNel, pubKey: $pubKey, signature: $signature)
  { account number amountNel state why } }`;

/** The API of a community that shares, with the index of the main chain beside it. */
export class SharingApi {
  readonly api: TestApi;
  /** roles books and indexer of the two databases */
  readonly books: Sql;
  readonly #main: Sql;
  readonly #index: IndexRows;
  readonly #database: TestPostgres;
  #height = 100;
  #heldNel = 0n;

  private constructor(api: TestApi, database: TestPostgres, index: IndexRows) {
    this.api = api;
    this.#database = database;
    this.#index = index;
    this.books = connect({ url: api.db.urls.books, max: 2, application: 'test' });
    this.#main = connect({ url: database.urls.books, max: 1, application: 'test' });
  }

  static async start(options: TestApiOptions = {}): Promise<SharingApi> {
    const database = await startTestPostgres();
    const main = { databaseUrl: database.urls.api, chainId: BETWEEN.mainChainId, uplink: UPLINK, treasury: TREASURY };
    const api = await startTestApi({ main, lagLimitS: LAG_LIMIT_S, ...options });
    const meters = [{ meter: UPLINK, member: TREASURY, maxWh: 5000 }];
    const index = await IndexRows.create({
      ...{ indexerUrl: database.urls.indexer, chainId: BETWEEN.mainChainId, nodeKey: '11'.repeat(32), meters, shared: true },
    });
    const made = new SharingApi(api, database, index);
    await made.follow();
    return made;
  }

  /** ELECTRA that the main chain shows to have moved: to the treasury, or with a number out of it. Returns the block. */
  async moved(account: string, amountNel: bigint, number?: bigint): Promise<number> {
    const height = ++this.#height;
    const [sender, receiver] = number === undefined ? [account, TREASURY] : [TREASURY, account];
    this.#heldNel += number === undefined ? amountNel : -amountNel;
    await this.#index.sql`
      insert into chain.transfer (id, tx_hash, sender, receiver, amount_nel, counter, height, unix_s)
      values (${`${height}-0-0`}, ${`TX${height}`}, ${sender}, ${receiver}, ${String(amountNel)}, ${number?.toString() ?? null},
        ${height}, ${String(height * 1000)})`;
    return height;
  }

  /** Another account is the community's from here on. */
  async replaced(treasury: string): Promise<void> {
    const height = ++this.#height;
    await this.#index.sql`
      insert into chain.register_change (id, number, what, uplink, treasury, height, due_unix_s, fate, settled_height)
      values (${String(height)}, ${height}, 'treasury', ${UPLINK}, ${treasury}, 1, 1, 'applied', ${height})`;
    await this.follow();
  }

  /** So long nothing was written to the index of the main chain. */
  async behind(seconds: number): Promise<void> {
    await this.#index.sql`update chain.cursor set updated_at = now() - make_interval(secs => ${seconds})`;
  }

  /** The index of the main chain is of another chain from here on. */
  async mainChain(id: string): Promise<void> {
    await this.#index.sql`update chain.cursor set chain_id = ${id}`;
  }

  /** A round of `electra uplink run`. */
  async follow(): Promise<void> {
    const height = ++this.#height;
    await this.#index.sql`update chain.cursor set results_height = ${height}, height = ${height + 1}`;
    const log = { info: () => undefined, warn: () => undefined };
    await followRequests({ sql: this.books, main: this.#main, between: BETWEEN, uplink: UPLINK, joined: TREASURY, log });
    const found = { balanceNel: this.#heldNel, escrowNel: 0n, claimsNel: 0n, debtsNel: 0n, totalNel: this.#heldNel };
    const none = { settled: [], waiting: [], voidClaims: [] };
    const terms = await treasuriesOf(this.#main, { uplink: UPLINK, joined: TREASURY, height });
    const { mainChainId } = BETWEEN;
    const from = await readFrom(this.books, { mainChainId, terms });
    const reading = await movesOf(this.#main, { mainChainId, terms, height, from });
    const treasury = { treasury: inForce(terms), ended: endedBy(terms, height) };
    const now = { height, chainUnixS: height * 1000, mainChainId, ...treasury, reading };
    await postTreasury(this.books, { ...found, ...none }, now);
  }

  link = (who: Person, args: ReturnType<typeof linkOf>) => this.api.ask(who, LINK, args);
  askPayout = (who: Person, args: ReturnType<typeof payoutOf>) => this.api.ask(who, ASK, args);

  async member(who: Person | null, what: string) {
    const { data, errors } = await this.api.ask(who, `{ member { electra { ${what} } } }`);
    if (errors.length > 0) throw new Error(errors[0].message);
    return data.member.electra;
  }
  async money(what: string) {
    const { data } = await this.api.ask('operator', `{ operation { money { ${what} } } }`);
    return data.operation.money;
  }

  async stop(): Promise<void> {
    await Promise.all([this.books, this.#main].map((sql) => sql.end({ timeout: 5 })));
    await this.#index.end();
    await this.api.stop();
    await this.#database.stop();
  }
}

const bytes = (text: string): Buffer => Buffer.from(text, 'base64');

/** As the API would write a link down, had it not looked. */
export async function insertLink(books: Sql, member: string, link: ReturnType<typeof linkOf>): Promise<void> {
  await books`
    insert into books.account_link (account, member, main_chain_id, member_key, member_signature, account_key, account_signature)
    values (${link.account}, ${member}, ${BETWEEN.mainChainId}, ${bytes(link.memberKey)}, ${bytes(link.memberSignature)},
      ${bytes(link.accountKey)}, ${bytes(link.accountSignature)})`;
}

/** The same of a payout. Returns its id. */
export async function insertPayout(books: Sql, member: string, payout: ReturnType<typeof payoutOf>): Promise<string> {
  const [{ id }] = await books<{ id: string }[]>`
    insert into books.withdrawal (account, member, main_chain_id, treasury, counter, amount_nel, public_key, signature)
    values (${payout.account}, ${member}, ${BETWEEN.mainChainId}, ${TREASURY}, ${payout.number}, ${payout.amountNel},
      ${bytes(payout.pubKey)}, ${bytes(payout.signature)})
    returning id::text`;
  return id;
}

/** Alice and Bob with an account each, and 35 and 20 ELECTRA. */
export async function fillBalances(sharing: SharingApi): Promise<void> {
  for (const [who, amountNel] of [
    ['alice', 35_000_000_000n],
    ['bob', 20_000_000_000n],
  ] as const) {
    await insertLink(sharing.books, people[who].address, linkOf(people[who], accountOf(who)));
    await sharing.moved(accountOf(who).address, amountNel);
  }
  await sharing.follow();
}
