/**
 * Where a command finds the main chain, and by whose hand it signs there. What a command shows afterwards is proven from a genesis: of the
 * data folder of a community that joined, of the exchange node's own index, or of a file.
 */
import type { Command } from 'commander';
import { CometRpc } from '../../../sdk/ts/src/index.ts';
import { sharedGenesisOf } from '../../node/books/index.ts';
import { type DataFolder, dataFolder, readSettings, rpcUrls } from '../../node/processes/data-folder.ts';
import { joinedMain, uplinkSettings } from '../../node/processes/uplink-settings.ts';
import { operatorKey } from '../../node/signer/index.ts';
import { createSubmitter } from '../../node/signer/submit.ts';
import type { JoinedMain } from '../../node/uplink/index.ts';
import { readSharedGenesis, type SharedGenesis } from '../../protocol/genesis/index.ts';
import { MsgSend } from '../../protocol/messages/bank.ts';
import { electra, register, settlement } from '../../protocol/messages/main-messages.ts';
import { MAIN_MESSAGES, type MainMessageName, mainTypeUrlOf } from '../../protocol/messages/main-table.ts';
import { type EncodedMessage, keySigner } from '../../protocol/messages/sign.ts';
import { camelCase } from '../../protocol/messages/table.ts';
import { readText } from '../../reader/cli/command.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { keyOf } from '../member/wallet.ts';
import { operatorSigner } from '../operator/operator.ts';

export interface ReachOptions {
  data: string;
  mainGenesis?: string;
  rpc?: string[];
}

export const withReach = (c: Command): Command =>
  c
    .option('--main-genesis <file>', 'the main chain’s genesis, from a source that you trust; default: that of --data')
    .option('--rpc <urls...>', 'where nodes of the main chain answer; default: those of --data');

/** A message as protobuf JSON, without the field of who signs it. */
export interface MainOrder {
  name: MainMessageName;
  value: Record<string, unknown>;
}

export interface Answer {
  txHash: string;
  height: number;
  code: number;
  codespace: string;
  log: string;
}

/** Who signs, and how. */
export interface Hand {
  address: string;
  submit(order: MainOrder): Promise<Answer>;
  close(): void;
}

/** Of a key that is at hand: it signs messages of x/meter too. */
export interface KeyHand extends Hand {
  send(message: EncodedMessage): Promise<Answer>;
}

function mainGenesisOf(file: string): SharedGenesis {
  try {
    return readSharedGenesis(JSON.parse(readText('--main-genesis', file)));
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(`--main-genesis: ${(error as Error).message}`);
  }
}

const joinedBy = (genesis: SharedGenesis, urls: readonly string[]): JoinedMain => ({
  ...{ chainId: genesis.chainId, genesisHash: new Uint8Array(Buffer.from(genesis.hash, 'hex')), rpcUrls: urls },
  operator: { n: genesis.rotations.length, address: genesis.operator },
});

/** @throws CliError naming the option that is missing */
export async function mainOf({ data: dir, mainGenesis, rpc }: ReachOptions): Promise<JoinedMain> {
  const data = dataFolder(dir);
  if (mainGenesis !== undefined) return joinedBy(mainGenesisOf(mainGenesis), rpc ?? rpcUrls(data));
  const settings = readSettings(data);
  if (settings.exchange) return joinedBy(await withDatabase(data, 'books', sharedGenesisOf), rpc ?? rpcUrls(data));
  const joined = joinedMain(uplinkSettings(data));
  return rpc ? { ...joined, rpcUrls: rpc } : joined;
}

const CODECS = { MsgSend, ...register, ...electra, ...settlement } as Readonly<Record<string, unknown>>;

interface Codec {
  fromJSON?(value: unknown): unknown;
  fromPartial(value: unknown): unknown;
  encode(message: unknown): { finish(): Uint8Array };
}

/** Of an order as the one that signs it. */
function encodeOrder({ name, value }: MainOrder, signer: string): EncodedMessage {
  const codec = CODECS[`Msg${name}`] as Codec;
  const field = camelCase(MAIN_MESSAGES.find((message) => message.name === name)!.signer);
  const whole = { ...value, [field]: signer };
  const message = codec.fromJSON ? codec.fromJSON(whole) : codec.fromPartial(whole);
  return { typeUrl: mainTypeUrlOf(name), value: codec.encode(message).finish() };
}

function keyHand(secretKey: Uint8Array, main: JoinedMain): KeyHand {
  const signer = keySigner(secretKey);
  const submit = createSubmitter({
    ...{ rpc: new CometRpc({ urls: main.rpcUrls }), chainId: main.chainId, signer },
    signal: new AbortController().signal,
  });
  return {
    address: signer.address,
    submit: (order) => submit([encodeOrder(order, signer.address)]),
    send: (message) => submit([message]),
    close: () => void secretKey.fill(0),
  };
}

/** A key that lies in a file of its own, 0600, in hex: of a wallet, a role, a meter. */
export const fileHand = (file: string, option: string, main: JoinedMain): KeyHand => keyHand(keyOf(file, option), main);

/** The uplink's own, in the data folder of a community. */
export async function uplinkHand(data: DataFolder, main: JoinedMain, passphraseFile = data.uplinkPassphrase): Promise<KeyHand> {
  uplinkSettings(data); // refused here where there is none
  return keyHand(await operatorKey({ dir: data.uplink, passphraseFile }), main);
}

/** The operator's, which its signer alone holds. */
export async function operatorHand(data: DataFolder): Promise<Hand> {
  const signer = operatorSigner(data);
  if (!signer) throw new CliError(`the signer does not run on ${data.dir}: start \`electra sign\` first`);
  return {
    address: await signer.address(),
    submit: ({ name, value }) => signer.submit([{ typeUrl: mainTypeUrlOf(name), value }]),
    close: () => signer.close(),
  };
}
