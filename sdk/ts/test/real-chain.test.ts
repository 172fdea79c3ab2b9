/** The client against electrad itself: one validator, 20 ms commits, a file store on disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestChain, type TestAccount, type TestChain, testAccount, testNodeKey } from '../../../test/kit/chain.ts';
import { until } from '../../../test/kit/until.ts';
import {
  CometRpc,
  decodeStatement,
  type MeterChain,
  MeterClient,
  MsgCloseDay,
  openBox,
  type Reading,
  rpcChain,
  sharedChain,
} from '../src/index.ts';
import { openFileStore } from '../src/node/file-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'electra-meter-'));
let chain: TestChain;

beforeAll(async () => {
  chain = await startTestChain({ lightMeters: 3 });
});
afterAll(async () => {
  await chain?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(
  account: TestAccount,
  name: string,
  view: MeterChain = rpcChain(new CometRpc({ urls: chain.rpcUrls })),
): Promise<MeterClient> {
  return MeterClient.open({
    chainId: chain.chainId,
    chain: view,
    outfit: { operator: chain.operator.address, genesisHash: chain.genesisHash },
    key: account.privateKey,
    store: await openFileStore(join(folder, name)),
    nowMs: chain.nowMs,
    pollMs: 50,
    backoffMaxMs: 500,
  });
}

/** A day's registers: 50 Wh a slot. */
const dayOf = (day: number, startWh: bigint): Reading[] =>
  Array.from({ length: 96 }, (_, i) => ({
    slot: day * 96 + i,
    importRegisterWh: startWh + BigInt(50 * (i + 1)),
    exportRegisterWh: 0n,
    powerW: 200,
  }));

async function flush(client: MeterClient, timeoutMs = 40_000): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  await client.flush(signal);
  expect(client.status(), 'everything was sent in time').toMatchObject({ queued: { reports: 0, statements: 0 }, inFlight: undefined });
}

async function closeDayOf(meter: string, day: number): Promise<MsgCloseDay> {
  const { height } = await chain.rpc.status();
  for (let h = 1; h <= height; h++) {
    const { block } = await chain.rpc.block(h);
    for (const tx of block.data.txs ?? []) {
      for (const { typeUrl, value } of TxBody.decode(TxRaw.decode(Buffer.from(tx, 'base64')).bodyBytes).messages) {
        const found = typeUrl.endsWith('MsgCloseDay') ? MsgCloseDay.decode(value) : undefined;
        if (found?.meter === meter && found.day === day) return found;
      }
    }
  }
  throw new Error(`no CloseDay of ${meter} for ${day}`);
}

describe('on a real chain', () => {
  test('a day goes out as one statement and 96 reports, and the node can open it', async () => {
    const account = chain.meters[1];
    const client = await open(account, 'one');
    await client.startDay(chain.firstDay, 0n, 0n);
    await client.recordAll(dayOf(chain.firstDay, 0n));
    await flush(client);
    expect(client.status().sent).toEqual({ reports: 96, statements: 1 });
    const used = await chain.chain.used(account.address, chain.firstDay * 96, chain.firstDay * 96 + 95);
    expect([used.slots.size, used.days.size]).toEqual([96, 1]);
    const sent = await closeDayOf(account.address, chain.firstDay);
    const statement = decodeStatement(openBox(sent.sealed, chain.nodeKey.publicKey, chain.nodeKey.privateKey), {
      chainId: chain.chainId,
      meter: account.address,
      at: sent.day,
      keyEpoch: sent.keyEpoch,
    });
    expect(statement.importWh).toEqual(Array(96).fill(50));
    expect(await chain.chain.commitment(account.address, chain.firstDay)).toEqual(sent.commitment);
    await client.close();
  });

  test('a chain that is killed while transactions are out loses and doubles nothing', async () => {
    const account = chain.meters[2];
    const client = await open(account, 'two', sharedChain(new CometRpc({ urls: chain.rpcUrls, timeoutMs: 2000 }), { pollMs: 50 }));
    await client.startDay(chain.firstDay, 0n, 0n);
    await client.recordAll(dayOf(chain.firstDay, 0n));
    const stop = new AbortController();
    const running = client.run(stop.signal);
    await until(async () => client.status().inFlight !== undefined, 10_000, 'a transaction in flight');
    await chain.kill();
    await until(async () => client.status().lastError?.code === 'network', 20_000, 'a network error');
    await chain.restart();
    await until(async () => client.status().sent.reports === 96 && client.status().sent.statements === 1, 40_000, 'delivery');
    stop.abort();
    await running;
    const used = await chain.chain.used(account.address, chain.firstDay * 96, chain.firstDay * 96 + 95);
    expect([used.slots.size, used.days.size, client.status().deadLetters]).toEqual([96, 1, 0]);
    await client.close();
  });

  test('a new key epoch is used from then on, also after a restart of the meter', async () => {
    const account = chain.meters[2];
    const nodeKey = testNodeKey();
    await chain.send(chain.operator, [chain.nodeKeyMessage(2, nodeKey.publicKey)]);
    const client = await open(account, 'two');
    expect(client.status()).toMatchObject({ sent: { reports: 96, statements: 1 }, newestSlot: chain.firstDay * 96 + 95 });
    const slot = (chain.firstDay + 1) * 96;
    await client.record({ slot, importRegisterWh: 4850n, exportRegisterWh: 0n });
    await flush(client);
    const { keyEpoch, secret } = client.secretsOf(`r/${slot}`)[0];
    expect([keyEpoch, secret.length]).toEqual([2, 32]);
    await client.close();
  });

  test("what the chain refuses for good becomes a dead letter with the chain's own reason", async () => {
    const account = chain.meters[3];
    const client = await open(account, 'three');
    const early = chain.firstDay - 1;
    await client.addStatement({
      day: early,
      importStartWh: 0n,
      exportStartWh: 0n,
      importWh: Array(96).fill(0),
      exportWh: Array(96).fill(0),
      flags: 0,
    });
    await client.record({ slot: early * 96 + 95, importRegisterWh: 0n, exportRegisterWh: 0n });
    await client.recordAll(dayOf(chain.firstDay, 0n));
    await flush(client);
    expect(client.deadLetters().map(({ id, reason }) => [id, reason])).toEqual([
      [`s/${early}`, 'meter/26'],
      [`r/${early * 96 + 95}`, 'meter/26'],
    ]);
    expect(client.deadLetters()[0].message).toMatch(/first day/);
    expect(client.status().sent).toEqual({ reports: 96, statements: 1 });
    await client.close();
  });

  test('a day that the chain closed with another commitment is never called sent', async () => {
    const account = chain.meters[3];
    const client = await open(account, 'three-lost'); // the same key, its store lost
    await client.startDay(chain.firstDay, 0n, 0n);
    await client.recordAll(dayOf(chain.firstDay, 0n));
    await flush(client);
    expect(client.deadLetters().map(({ id, reason }) => [id, reason])).toEqual([[`s/${chain.firstDay}`, 'other-commitment']]);
    await client.close();
  });

  test("a stranger's readings wait, and nothing is given up", async () => {
    const client = await open(testAccount(), 'stranger');
    await client.record({ slot: chain.firstDay * 96, importRegisterWh: 1n, exportRegisterWh: 0n });
    expect(await client.step()).toBe('refused');
    expect(client.status()).toMatchObject({ queued: { reports: 1 }, deadLetters: 0, lastError: { code: 'not-enrolled' } });
    await client.close();
  });
});
