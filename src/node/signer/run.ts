/**
 * The signer's process: the one that holds the operator's chain key, and the only writer of that account. It answers on a socket for each
 * caller what that caller may ask (doors.ts)
 *
 *   address    → {address}
 *   submit     {messages} → {txHash, height, code, codespace, log}      of the caller's messages (messages.ts), one transaction at a time
 *   signInvoice {invoice} → {publicKey, signature}                      an invoice's head, built here (invoice.ts)
 *   nodeKeys   → {nodeKeys: [{epoch, key}]}                             what the chain has, for a rotation
 *   keyAge     → {epoch, ageS, maxAgeS, rate}                          how old the newest of them is, by the chain's clock and parameters
 *   challengeNodeKey {key} → {challenge}                                a box that only who holds the key's secret can open
 *   publishNodeKey {epoch, key, answer} → as submit                     signed here for meters (node-key.ts)
 *   rotateOperator {n, address} → as submit                             likewise
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { rpcChain } from '../../../sdk/ts/src/chain.ts';
import { CometRpc, RpcError } from '../../../sdk/ts/src/rpc.ts';
import { QueryParamsRequest, QueryParamsResponse } from '../../protocol/messages/generated/electra/meter/v1/query.ts';
import type { EncodedMessage } from '../../protocol/messages/sign.ts';
import { isSignedBy, nodeKeyDigest } from '../../protocol/meter/operator-signature.ts';
import { ADDRESS_PREFIX } from '../../protocol/values/address.ts';
import { type Shape, strict } from '../../protocol/values/strict.ts';
import { readSecret } from '../db/secrets.ts';
import type { Log } from '../shared/log.ts';
import { sleep } from '../shared/wait.ts';
import { VaultError } from '../vault/errors.ts';
import { Unlocker } from '../vault/keys/keystore.ts';
import { openOperator, operatorAddress } from '../vault/keys/operator.ts';
import { serveLines } from '../vault/wire/line-server.ts';
import type { KeyAge, Submitted } from './client.ts';
import { credentialCheck } from './credential.ts';
import { CALLERS, type Caller, MAY_ASK, MAY_SEND, Possession } from './doors.ts';
import { signInvoice } from './invoice.ts';
import { encodeMessages } from './messages.ts';
import { genesisHashOf, publishNodeKey, rotateOperator } from './node-key.ts';
import { createSubmitter } from './submit.ts';

export interface SignerOptions {
  /** The signer's folder, which holds operator.json and the hash of what the operator's commands show. */
  dir: string;
  passphraseFile: string;
  /** one for each caller, each in a folder of its own */
  sockets: Readonly<Record<Caller, string>>;
  rpcUrls: readonly string[];
  chainId: string;
  signal: AbortSignal;
  log: Log;
}

/** how often it is looked whether the key is still the one in the folder */
const KEY_CHECK_MS = 2_000;
const LINE_MAX_BYTES = 1 << 20;
const ADDRESS = new RegExp(`^${ADDRESS_PREFIX}1[0-9a-z]{38}$`);
const bad = (field: string, expected: string): VaultError => new VaultError('bad-request', `${field}: expected ${expected}`);
const read = strict(bad);

/**
 * Runs until `signal` aborts, or the key in its folder is another one (`electra operator adopt`). Throws VaultError bad-passphrase,
 * bad-keystore, in-use before it listens, wrong-chain when a node serves another chain.
 */
export async function runSigner(options: SignerOptions): Promise<void> {
  const { dir, passphraseFile, sockets, rpcUrls, chainId, signal, log } = options;
  const checkCredential = credentialCheck(dir);
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
  const possession = new Possession();
  const methods: Record<string, (params: Shape, caller: Caller) => unknown> = {
    address: () => ({ address: signer.address }),
    nodeKeys: async () => ({ nodeKeys: await reaching(() => nodeKeys(rpc)) }),
    keyAge: () => reaching(() => keyAge(rpc, { chainId, operator: signer.address })),
    signInvoice: ({ invoice }) => signInvoice(invoice, { signer, chainId }),
    submit: ({ messages }, caller) => send(encodeMessages(messages, signer.address, MAY_SEND[caller])),
    challengeNodeKey: ({ key }) => ({ challenge: Buffer.from(possession.challenge(read.hex(key, 'key'))).toString('base64') }),
    publishNodeKey: async ({ epoch, key, answer }) => {
      const asked = [read.u32(epoch, 'epoch'), hexToBytes(read.hex(key, 'key'))] as const;
      possession.check(read.hex(key, 'key'), read.base64(answer, 'answer'));
      const genesisHash = await reaching(() => genesisHashOf(rpc));
      return send([await publishNodeKey(...asked, { signer, chainId, genesisHash })]);
    },
    rotateOperator: async ({ n, address }) =>
      send([await rotateOperator(read.u32(n, 'n'), read.text(address, 'address', ADDRESS, 'an address electra1…'), { signer, chainId })]),
  };
  const handle =
    (caller: Caller) =>
    async (method: string, params: unknown): Promise<unknown> => {
      if (!MAY_ASK[caller].includes(method)) throw bad('method', `one of ${MAY_ASK[caller].join(', ')}, at this door`);
      const given = (params ?? {}) as Shape;
      if (caller === 'operator') checkCredential(given.credential);
      return methods[method](given, caller);
    };
  const open: Awaited<ReturnType<typeof serveLines>>[] = [];
  try {
    for (const caller of CALLERS)
      open.push(
        await serveLines({
          path: sockets[caller],
          lineMaxBytes: LINE_MAX_BYTES,
          log,
          name: `signer for ${caller}`,
          handle: handle(caller),
        }),
      );
    log.info({ address: signer.address }, 'signer ready');
    while (!signal.aborted && stillIn(dir, signer.address)) await sleep(KEY_CHECK_MS, signal);
    if (!signal.aborted) log.info({}, 'another operator’s key was adopted: the signer starts again with it');
  } finally {
    for (const door of open) await door.close();
    secretKey.fill(0);
  }
}

/** Whether the folder has the operator's key that we opened; while a file is being moved, too. */
function stillIn(dir: string, address: string): boolean {
  try {
    return operatorAddress(dir) === address;
  } catch {
    return true;
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

async function keyAge(rpc: CometRpc, { chainId, operator }: { chainId: string; operator: string }): Promise<KeyAge> {
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
    signed:
      newest &&
      isSignedBy(operator, nodeKeyDigest({ chainId, genesisHash: await genesisHashOf(rpc) }, newest.epoch, newest.key), newest.signature),
  };
}
