/**
 * One message to the main chain, as every command of it is carried out: said first, sent by `--yes` alone, waited for until a block has it,
 * and then looked up in the chain's proven state and in that block. A node's word that it was taken is not enough: where the state does not
 * show what came of it, or the block that it was taken, the command fails.
 */
import { type Command, Option } from 'commander';
import { CometRpc } from '../../../sdk/ts/src/index.ts';
import { sleep } from '../../node/shared/wait.ts';
import { isInBlock, type JoinedMain, provenMain } from '../../node/uplink/index.ts';
import { isTestIssuer } from '../../protocol/genesis/index.ts';
import type { MainState } from '../../reader/light/index.ts';
import { CliError } from '../errors.ts';
import { printDone } from '../operator/operator.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { assertTaken } from '../refusals.ts';
import { type Answer, type Hand, type MainOrder, mainOf, type ReachOptions, withReach } from './reach.ts';

/** What the proven state says of an order: a sentence, and fields for programs. */
export interface Seen {
  words: string;
  value: Record<string, unknown>;
}

export interface Order extends MainOrder {
  /** what is to be done: `deposit 5 ELECTRA into …` */
  words: string;
  /** `by`: who signed it. undefined: the state does not show it. Of a sum it shows what there is; that it was moved, the block shows */
  seen: (state: MainState, by: string) => Seen | undefined;
  /** addresses that get a part in ELECTRA by it */
  names?: readonly string[];
}

export interface OrderOptions {
  yes?: true;
  json?: true;
}

const PROOF_MS = 90_000;
const POLL_MS = 250;

export const yesOption = (): Option => new Option('--yes', 'do it; without this the command only says what it would do');

/** The options of every order. */
export const withOrder = (c: Command): Command => withReach(c).addOption(yesOption()).addOption(dataOption()).addOption(jsonOption());

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** Everybody has the test issuer's keys: on a chain that is to be believed nobody signs by them, and nobody is named by them. */
async function assertNoTestIssuer(main: JoinedMain, addresses: readonly string[], signal: AbortSignal): Promise<boolean> {
  const test = addresses.find(isTestIssuer);
  if (test === undefined) return false;
  const { state } = await provenMain(main, signal);
  if (state.register.isDevelopment) return true;
  throw new CliError(
    `${test} is the test issuer’s, whose keys everybody has: expected a key of your own on ${main.chainId}, ` +
      'which is no chain for development',
  );
}

/** Waits for the header behind a block: it names the results of the block, and the state in which its messages are in effect. */
async function nextHeader(main: JoinedMain, height: number, signal: AbortSignal): Promise<void> {
  const rpc = new CometRpc({ urls: main.rpcUrls });
  while ((await rpc.status()).height <= height) {
    await sleep(POLL_MS, signal);
    signal.throwIfAborted();
  }
}

/** The state in which a block's messages are in effect. */
async function stateAfter(main: JoinedMain, height: number, signal: AbortSignal) {
  for (;;) {
    await nextHeader(main, height, signal);
    const proven = await provenMain(main, signal);
    if (proven.height >= height) return proven;
    await sleep(POLL_MS, signal);
    signal.throwIfAborted();
  }
}

const notShown = ({ height, txHash }: Answer, what: string): CliError =>
  new CliError(
    `a node said that block ${height} has it (${txHash}); ${what} does not show it: ask another node (--rpc), and believe neither`,
  );

/** @throws CliError where the block, by proof, does not show that the chain took it */
export async function assertInBlock(main: JoinedMain, answer: Answer): Promise<void> {
  const signal = AbortSignal.timeout(PROOF_MS);
  await nextHeader(main, answer.height, signal);
  if (!(await isInBlock(main, answer, signal))) throw notShown(answer, 'that block, proven,');
}

async function prove(main: JoinedMain, answer: Answer, order: Order, by: string) {
  const { height, chainUnixS, state } = await stateAfter(main, answer.height, AbortSignal.timeout(PROOF_MS));
  const seen = order.seen(state, by);
  if (!seen) throw notShown(answer, `the state that is proven of block ${height}`);
  await assertInBlock(main, answer);
  return { seen, provenHeight: height, chainUnixS };
}

/** @throws CliError in words: not asked for by --yes, refused, not shown */
export async function carryOut(order: Order, main: JoinedMain, hand: Hand, { yes, json }: OrderOptions): Promise<void> {
  try {
    if (!yes) throw new CliError(`--yes: expected, to ${order.words}, signed by ${hand.address} on ${main.chainId}`);
    const parties = [hand.address, ...(order.names ?? [])];
    const isTest = await assertNoTestIssuer(main, parties, AbortSignal.timeout(PROOF_MS));
    const answer = await hand.submit(order);
    assertTaken(answer);
    const { seen, provenHeight, chainUnixS } = await prove(main, answer, order, hand.address);
    const { txHash, height } = answer;
    const value = { ...seen.value, by: hand.address, txHash, height, provenHeight, chainUnixS, ...(isTest && { testIssuer: true }) };
    const text = `${seen.words} (block ${height}; proven of block ${provenHeight})`;
    printDone(Boolean(json), `${isTest ? 'TEST ISSUER: ' : ''}${text}`, JSON.parse(JSON.stringify(value, asText)));
  } finally {
    hand.close();
  }
}

/** Who signs orders of a kind: by which options of their commands, and how that hand is found. */
export interface Signing<O> {
  options: (c: Command) => Command;
  hand: (o: O, main: JoinedMain) => Promise<Hand> | Hand;
}

/** Makes commands of orders that are signed so. `typed`: an example of one; `order`: what its arguments ask for. */
export const orderedBy =
  <O extends ReachOptions & OrderOptions>({ options, hand }: Signing<O>) =>
  <Typed extends unknown[]>(c: Command, typed: string, order: (...typed: Typed) => Order): void => {
    example(withOrder(options(c)), typed);
    c.action(async (...args: unknown[]) => {
      const o = c.opts<O>();
      const asked = order(...(args as Typed)); // behind the arguments commander gives the options, which nobody takes here
      const main = await mainOf(o);
      await carryOut(asked, main, await hand(o, main), o);
    });
  };
