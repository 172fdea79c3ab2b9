/** The submitter against a scripted node: what happens to an answer that gets lost, at each place where it can. */

import { BaseAccount } from 'cosmjs-types/cosmos/auth/v1beta1/auth';
import { QueryAccountResponse } from 'cosmjs-types/cosmos/auth/v1beta1/query';
import { AuthInfo, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { describe, expect, test } from 'vitest';
import { CometRpc } from '../../../sdk/ts/src/rpc.ts';
import { keySigner, txHash } from '../../protocol/messages/sign.ts';
import { createSubmitter } from './submit.ts';

const signer = keySigner(new Uint8Array(32).fill(3));
const chainId = 'electra-test-00000001';
const message = (day: number) => [{ typeUrl: '/electra.meter.v1.MsgAnchorBook', value: Uint8Array.of(8, day) }];

/** A chain of one account: a transaction with the right sequence is in the next block. */
class Node {
  height = 100;
  sequence = 5n;
  chainId = chainId;
  readonly included = new Map<string, { height: number; code: number }>();
  readonly broadcasts: { sequence: bigint; body: string }[] = [];
  /** what to do instead, once */
  next: ('lose request' | 'lose answer' | 'drop' | 'refuse' | 'fail in block')[] = [];
  down = false;

  fetch = (async (_: unknown, init: { body: string }) => {
    if (this.down) throw new TypeError('fetch failed');
    const { method, params } = JSON.parse(init.body);
    try {
      const result = this.answer(method, params);
      return Response.json({ result });
    } catch (error) {
      const { rpc } = error as { rpc?: string }; // an answer that is an error, not a failure of the network
      if (rpc === undefined) throw error;
      return Response.json({ error: { message: rpc } });
    }
  }) as unknown as typeof fetch;

  answer(method: string, params: { tx: string; hash: string }): unknown {
    this.height++;
    if (method === 'status')
      return {
        node_info: { network: this.chainId },
        sync_info: { latest_block_height: String(this.height), latest_block_time: '2026-01-01T00:00:00Z' },
      };
    if (method === 'abci_query') {
      const account = {
        typeUrl: '/cosmos.auth.v1beta1.BaseAccount',
        value: BaseAccount.encode(
          BaseAccount.fromPartial({ address: signer.address, accountNumber: 9n, sequence: this.sequence }),
        ).finish(),
      };
      return {
        response: {
          code: 0,
          height: String(this.height),
          value: Buffer.from(QueryAccountResponse.encode({ account }).finish()).toString('base64'),
        },
      };
    }
    if (method === 'tx') {
      const found = this.included.get(Buffer.from(params.hash, 'base64').toString('hex').toUpperCase());
      if (!found) throw Object.assign(new Error('x'), { rpc: 'tx not found' });
      return { height: String(found.height), tx_result: { code: found.code, log: '', codespace: '' } };
    }
    return this.broadcast(Buffer.from(params.tx, 'base64'));
  }

  broadcast(bytes: Uint8Array): unknown {
    const raw = TxRaw.decode(bytes);
    const sequence = AuthInfo.decode(raw.authInfoBytes).signerInfos[0].sequence;
    this.broadcasts.push({ sequence, body: Buffer.from(TxBody.decode(raw.bodyBytes).messages[0].value).toString('hex') });
    const event = this.next.shift();
    if (event === 'lose request') throw new TypeError('fetch failed');
    if (event === 'refuse') return { code: 13, codespace: 'meter', log: 'version must be 2' };
    if (sequence !== this.sequence) return { code: 32, codespace: 'sdk', log: 'account sequence mismatch' };
    if (event === 'drop') return { code: 0, codespace: '', log: '' }; // a mempool that forgets
    this.sequence++;
    this.included.set(txHash(bytes), { height: this.height + 1, code: event === 'fail in block' ? 4 : 0 });
    if (event === 'lose answer') throw new TypeError('fetch failed');
    return { code: 0, codespace: '', log: '' };
  }
}

function submitter(node: Node, { patienceMs = 20_000 } = {}) {
  return createSubmitter({
    rpc: new CometRpc({ urls: ['http://node.test'], fetch: node.fetch }),
    chainId,
    signer,
    signal: new AbortController().signal,
    pollMs: 1,
    patienceMs,
  });
}

describe('submitting', () => {
  test('signs with the account’s sequence and answers with the block', async () => {
    const node = new Node();
    const answer = await submitter(node)(message(1));
    expect(answer).toMatchObject({ code: 0, txHash: expect.stringMatching(/^[0-9A-F]{64}$/) });
    expect(answer.height).toBeGreaterThan(100);
    expect(node.broadcasts).toEqual([{ sequence: 5n, body: '0801' }]);
  });
  test('keeps one transaction in flight: of many asked for at once, each has its own sequence, in order', async () => {
    const node = new Node();
    const submit = submitter(node);
    const answers = await Promise.all([1, 2, 3, 4].map((day) => submit(message(day))));
    expect(answers.every(({ code }) => code === 0)).toBe(true);
    expect(node.broadcasts.map(({ sequence, body }) => [sequence, body])).toEqual([
      [5n, '0801'],
      [6n, '0802'],
      [7n, '0803'],
      [8n, '0804'],
    ]);
  });
  test('looks a lost answer up and does not send again', async () => {
    const node = new Node();
    node.next = ['lose answer'];
    expect((await submitter(node)(message(1))).code).toBe(0);
    expect(node.broadcasts).toHaveLength(1);
    expect(node.sequence).toBe(6n);
  });
  test.each(['lose request', 'drop'] as const)('signs anew only when the first can no longer be in any block (%s)', async (event) => {
    const node = new Node();
    node.next = [event];
    expect((await submitter(node)(message(1))).code).toBe(0);
    expect(node.broadcasts.map(({ sequence }) => sequence)).toEqual([5n, 5n]);
    expect(node.included.size).toBe(1);
  });
  test('asks again when its view of the account was old', async () => {
    const node = new Node();
    const real = node.sequence;
    node.sequence = real + 1n;
    const submit = submitter(node);
    const answer = node.answer.bind(node);
    let first = true;
    node.answer = (method, params) => {
      if (method === 'abci_query' && first) {
        first = false;
        node.sequence = real;
        const old = answer(method, params);
        node.sequence = real + 1n;
        return old;
      }
      return answer(method, params);
    };
    expect((await submit(message(1))).code).toBe(0);
    expect(node.broadcasts.map(({ sequence }) => sequence)).toEqual([5n, 6n]);
  });
  test('hands a refusal on as it is, at the door and in a block, and goes on with the next', async () => {
    const node = new Node();
    node.next = ['refuse', 'fail in block'];
    const submit = submitter(node);
    expect(await submit(message(1))).toMatchObject({ code: 13, codespace: 'meter', log: 'version must be 2', height: 0 });
    expect(await submit(message(2))).toMatchObject({ code: 4 });
    expect(await submit(message(3))).toMatchObject({ code: 0 });
  });
  test('waits for a node that is away, and says so when it stays away', async () => {
    const node = new Node();
    node.down = true;
    setTimeout(() => {
      node.down = false;
    }, 30);
    expect((await submitter(node)(message(1))).code).toBe(0);
    node.down = true;
    await expect(submitter(node, { patienceMs: 30 })(message(2))).rejects.toMatchObject({ code: 'chain-unreachable' });
  });
  test('never signs for another chain', async () => {
    const node = new Node();
    node.chainId = 'electra-test-00000002';
    await expect(submitter(node)(message(1))).rejects.toMatchObject({ code: 'wrong-chain' });
    expect(node.broadcasts).toEqual([]);
  });
});
