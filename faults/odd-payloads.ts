/** What may stand in a block: boxes of zeros, zeros in a memo. What may not: empty boxes, ones of 8 KB, zeros in a text, no transaction. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { SignDoc, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { signTx } from '../sdk/ts/src/index.ts';
import { encodeMessage, message, type TestChain, type TestMessage, type TestMeter } from '../test/kit/chain.ts';
import { justEnded } from '../test/kit/indexer/lived-chain.ts';
import { until } from '../test/kit/until.ts';
import { expectThat } from './fault.ts';

const MEMO = 'zeros \0\0 in a memo, Größe';
const BOX_BYTES = 112;
const LARGE_BYTES = 8_192;

const report = ({ address }: TestMeter, slot: number, sealed: Uint8Array): TestMessage =>
  message('Report', { meter: address, slot, keyEpoch: 2, sealed }); // the newest of a lived chain

export interface SaidOddly {
  /** of a box of zeros, and of one under a memo with zeros */
  meter: string;
  slots: number[];
  /** what the chain said to the others */
  refusals: string[];
  height: number;
}

/** Says all of it on a chain. What is refused must be so by name. */
export async function sayOddly(chain: TestChain): Promise<SaidOddly> {
  const meter = chain.meters[1];
  const { slots } = await justEnded(chain);
  const { height } = await chain.send(meter, [report(meter, slots[0], new Uint8Array(BOX_BYTES))]);
  const withMemo = await broadcastWithMemo(chain, meter, report(meter, slots[1], new Uint8Array(BOX_BYTES).fill(0xff)));
  expectThat(withMemo.code === 0, `a memo with zeros was refused: ${withMemo.log}`);
  const refusals: string[] = [];
  const refused = ({ code, log }: { code: number; log: string }, by: RegExp): void => {
    expectThat(code !== 0 && by.test(log), `expected a refusal by ${by}, got ${code}: ${log}`);
    refusals.push(log);
  };
  const boxOf = (bytes: number) => chain.send(chain.meters[2], [report(chain.meters[2], slots[2], new Uint8Array(bytes))], 'any');
  refused(await boxOf(0), /sealed: expected 112 bytes, got 0/);
  refused(await boxOf(LARGE_BYTES), /expected at most 1024 bytes/);
  const reason = { operator: chain.operator.address, meter: meter.address, day: chain.firstDay, reason: 'a\0b' };
  refused(await chain.send(chain.operator, [message('DisputeDay', reason)], 'any'), /reason: expected printable ASCII/);
  refused(await chain.broadcast(new Uint8Array(LARGE_BYTES)), /./);
  return { meter: meter.address, slots: slots.slice(0, 2), refusals, height };
}

/** As the SDK signs it, with a memo. */
async function broadcastWithMemo(chain: TestChain, from: TestMeter, said: TestMessage): Promise<{ code: number; log: string }> {
  const account = (await chain.chain.account(from.address))!;
  const { bytes } = await signTx({ messages: [encodeMessage(said)], chainId: chain.chainId, ...account }, from.signer);
  const raw = TxRaw.decode(bytes);
  const bodyBytes = TxBody.encode({ ...TxBody.decode(raw.bodyBytes), memo: MEMO }).finish();
  const { authInfoBytes } = raw;
  const { accountNumber } = account;
  const digest = sha256(SignDoc.encode({ bodyBytes, authInfoBytes, chainId: chain.chainId, accountNumber }).finish());
  const signature = secp256k1.sign(digest, from.privateKey, { prehash: false, lowS: true });
  const sent = await chain.broadcast(TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [signature] }).finish());
  await until(async () => (await chain.chain.account(from.address))!.sequence > account.sequence, 20_000, 'the block with the memo');
  return sent;
}
