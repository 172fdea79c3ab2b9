/** A member at the API of its community: signed in by its wallet for as long as a command takes. */
import type { Command } from 'commander';
import { ApiClientError, graphql, signInWithKey, signText } from '../../../node/api/client.ts';
import { dataFolder, readEndpoints } from '../../../node/processes/data-folder.ts';
import {
  ACCOUNT_FIELDS,
  type AccountAnswer,
  BALANCE_FIELDS,
  type BalanceAnswer,
  ENTRY_FIELDS,
  type EntryAnswer,
  PAYOUT_FIELDS,
  type PayoutAnswer,
} from '../../../protocol/balance/answers.ts';
import { CliError } from '../../errors.ts';
import { dataOption, jsonOption } from '../../options.ts';
import { walletOf } from '../wallet.ts';

export interface BalanceOptions {
  walletFile: string;
  api?: string;
  data: string;
  json?: true;
}

export const withMember = (c: Command): Command =>
  c
    .requiredOption('--wallet-file <file>', '0600 file with the private key of the member’s wallet in hex')
    .option('--api <url>', 'the API’s address; default: the running demonstration')
    .addOption(dataOption())
    .addOption(jsonOption());

export interface Balance extends BalanceAnswer {
  accounts: AccountAnswer[];
  payouts: PayoutAnswer[];
  entries: EntryAnswer[];
}

const BALANCE = `{ member { electra { ${BALANCE_FIELDS} accounts { ${ACCOUNT_FIELDS} }
  payouts(first: 5) { edges { node { ${PAYOUT_FIELDS} } } } entries(first: 10) { edges { node { ${ENTRY_FIELDS} } } } } } }`;
const LINK = `mutation ($account: String!, $memberKey: String!, $memberSignature: String!, $accountKey: String!,
  $accountSignature: String!) { linkAccount(account: $account, memberKey: $memberKey, memberSignature: $memberSignature,
  accountKey: $accountKey, accountSignature: $accountSignature) { ${ACCOUNT_FIELDS} } }`;
const ASK = `mutation ($account: String!, $number: String!, $amountNel: String!, $pubKey: String!, $signature: String!) {
  askPayout(account: $account, number: $number, amountNel: $amountNel, pubKey: $pubKey, signature: $signature) { ${PAYOUT_FIELDS} } }`;

interface Listed<T> {
  edges: { node: T }[];
}
type Answered = Omit<Balance, 'payouts' | 'entries'> & { payouts: Listed<PayoutAnswer>; entries: Listed<EntryAnswer> };
const flat = <T>({ edges }: Listed<T>): T[] => edges.map(({ node }) => node);

/** A key's signature of a text by ADR-36, as arguments of the API take it. */
export function signedBy(secretKey: Uint8Array, address: string, text: string): { key: string; signature: string } {
  const { publicKey, signature } = signText({ address, privateKey: secretKey, text });
  return { key: Buffer.from(publicKey).toString('base64'), signature: Buffer.from(signature).toString('base64') };
}

export interface Session {
  address: string;
  secretKey: Uint8Array;
  balance(): Promise<Balance>;
  link(args: Record<string, string>): Promise<AccountAnswer>;
  ask(args: Record<string, string>): Promise<PayoutAnswer>;
}

/** Arguments of the API, as they are typed here. */
const TYPED: Readonly<Record<string, string>> = {
  account: '<account>',
  accountKey: '--account-file',
  accountSignature: '--account-file',
  number: '<amount>',
  amountNel: '<amount>',
};

/** The API's refusal, with the option or argument that was typed. */
function inWords(error: unknown): unknown {
  const field = error instanceof ApiClientError ? error.errors[0]?.extensions?.field : undefined;
  return field === undefined ? error : new CliError(`${TYPED[field] ?? '--wallet-file'}: the API refused it: ${(error as Error).message}`);
}

/** @throws CliError where no API is known, the wallet is no member’s, or the community shares on no main chain */
export async function asMember<T>(o: BalanceOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const url = o.api ?? readEndpoints(dataFolder(o.data))?.apiUrl;
  if (!url) throw new CliError('--api: no API known; is `electra up` running on this --data?');
  const secretKey = walletOf(o.walletFile);
  try {
    const { token, address } = await signInWithKey({ url, privKey: secretKey });
    const asked = <A>(query: string, variables = {}) => graphql<A>({ url }, query, variables, token);
    const session: Session = {
      ...{ address, secretKey },
      balance: async () => {
        const { electra } = (await asked<{ member: { electra: Answered | null } }>(BALANCE)).member;
        if (!electra) throw new CliError('--api: this community shares on no main chain: there are no balances in ELECTRA');
        return { ...electra, payouts: flat(electra.payouts), entries: flat(electra.entries) };
      },
      link: async (args) => (await asked<{ linkAccount: AccountAnswer }>(LINK, args)).linkAccount,
      ask: async (args) => (await asked<{ askPayout: PayoutAnswer }>(ASK, args)).askPayout,
    };
    return await work(session).finally(() => asked('mutation { signOut }').catch(() => undefined));
  } catch (error) {
    throw inWords(error);
  } finally {
    secretKey.fill(0);
  }
}
