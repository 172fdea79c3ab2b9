/**
 * The signer's process: the one that holds the operator's chain key, and the only writer of that account. It answers on its socket
 *
 *   address    → {address}
 *   submit     {messages} → {txHash, height, code, codespace, log}      six message types (messages.ts), one transaction at a time
 *   signInvoice {invoice} → {publicKey, signature}                      an invoice's head, built here (invoice.ts)
 *   nodeKeys   → {nodeKeys: [{epoch, key}]}                             what the chain has, for a rotation
 *   keyAge     → {epoch, ageS, maxAgeS, rate}                          how old the newest of them is, by the chain's clock and parameters
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { rpcChain } from '../../../sdk/ts/src/chain.ts';
import { CometRpc, RpcError } from '../../../sdk/ts/src/rpc.ts';
import { QueryParamsRequest, QueryParamsResponse } from '../../protocol/messages/generated/electra/meter/v1/query.ts';
import type { EncodedMessage } from '../../protocol/messages/sign.ts';
import { ADDRESS_PREFIX } from '../../protocol/values/address.ts';
import { type Shape, strict } from '../../protocol/values/strict.ts';
import { readSecret } from '../db/secrets.ts';
import type { Log } from '../shared/log.ts';
import { sleep } from '../shared/wait.ts';
import { VaultError } from '../vault/errors.ts';
import { Unlocker } from '../vault/keys/keystore.ts';
import { openOperator } from '../vault/keys/operator.ts';
import { serveLines } from '../vault/wire/line-server.ts';
import type { KeyAge, Submitted } from './client.ts';
import { signInvoice } from './invoice.ts';
import { encodeMessages } from './messages.ts';
import { genesisHashOf, publishNodeKey, rotateOperator } from './node-key.ts';
import { createSubmitter } from './submit.ts';

export interface SignerOptions {
  /** The vault's folder, which holds operator.json. */
  dir: string;
  passphraseFile: string;
  socketPath: string;
  rpcUrls: readonly string[];
  chainId: string;
  signal: AbortSignal;
  log: Log;
}

const LINE_MAX_BYTES = 1 << 20;
const ADDRESS = new RegExp(`^${ADDRESS_PREFIX}1[0-9a-z]{38}$`);
const bad = (field: string, expected: string): VaultError => new VaultError('bad-request', `${field}: expected ${expected}`);
const read = strict(bad);

/**
 * Runs until `signal` aborts. Throws VaultError bad-passphrase, bad-keystore, in-use before it listens, wrong-chain when a node serves
 * another chain.
 */
export async function runSigner({ dir, passphraseFile, socketPath, rpcUrls, chainId, signal, log }: SignerOptions): Promise<void> {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  const { signer, secretKey } = openOperator(dir, unlocker);
  unlocker.forget();
  const rpc = new CometRpc({ urls: rpcUrls });
  const submit = createSubmitter({ rpc, chainId, signer, signal });
  const send = async (messages: readonly EncodedMessage[]): Promise<Submitted> => {
    const answer = await submit(messages);
    log.info(
      { messages: messages.length, code: answer.code, height: answer.height },
      answer.code === 0 ? 'transaction in a block' : 'transaction refused',
    );
    return answer;
  };
  const methods: Record<string, (params: Shape) => unknown> = {
    address: () => ({ address: signer.address }),
    nodeKeys: async () => ({ nodeKeys: await reaching(() => nodeKeys(rpc)) }),
    keyAge: () => reaching(() => keyAge(rpc)),
    signInvoice: ({ invoice }) => signInvoice(invoice, { signer, chainId }),
    submit: ({ messages }) => send(encodeMessages(messages, signer.address)),
    publishNodeKey: async ({ epoch, key }) => {
      const asked = [read.u32(epoch, 'epoch'), hexToBytes(read.hex(key, 'key'))] as const;
      const genesisHash = await reaching(() => genesisHashOf(rpc));
      return send([await publishNodeKey(...asked, { signer, chainId, genesisHash })]);
    },
    rotateOperator: async ({ n, address }) =>
      send([await rotateOperator(read.u32(n, 'n'), read.text(address, 'address', ADDRESS, 'an address electra1…'), { signer, chainId })]),
  };
  const handle = async (method: string, params: unknown): Promise<unknown> => {
    if (!Object.hasOwn(methods, method)) throw bad('method', `one of ${Object.keys(methods).join(', ')}`);
    return methods[method]((params ?? {}) as Shape);
  };
  const door = await serveLines({ path: socketPath, lineMaxBytes: LINE_MAX_BYTES, log, name: 'signer', handle });
  log.info({ address: signer.address }, 'signer ready');
  try {
    if (!signal.aborted) await sleep(2 ** 31 - 1, signal);
  } finally {
    await door.close();
    secretKey.fill(0);
  }
}

async function reaching<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof RpcError ? new VaultError('chain-unreachable', error.message) : error;
  }
}

const nodeKeys = async (rpc: CometRpc): Promise<{ epoch: number; key: string }[]> =>
  (await rpcChain(rpc).nodeKeys()).map(({ epoch, key }) => ({ epoch, key: Buffer.from(key).toString('hex') }));

async function keyAge(rpc: CometRpc): Promise<KeyAge> {
  const chain = rpcChain(rpc);
  const { value } = await rpc.query('/electra.meter.v1.Query/Params', QueryParamsRequest.encode({}).finish());
  const { params, clock } = QueryParamsResponse.decode(value);
  if (!params || !clock) throw new RpcError('answer', 'Params: expected params and clock');
  const newest = (await chain.nodeKeys()).at(-1);
  const { chainUnixS } = await chain.status();
  return {
    epoch: newest?.epoch ?? 0,
    ageS: newest ? chainUnixS - Number(newest.effectiveUnixS) : 0,
    maxAgeS: Number(params.keyMaxAgeS),
    rate: Number(clock.rate),
  };
}
