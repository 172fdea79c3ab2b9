/** What the client does with a refusal, a changed key, and a transaction whose fate it cannot know. */
import { describe, expect, test } from 'vitest';
import { RpcError } from '../src/index.ts';
import { FakeChain } from './fake-chain.ts';
import { DAY, drive, FIRST_SLOT, LATER, reading, readings, startedMeter } from './meter.ts';

describe('a refused message', () => {
  test('that can never pass is kept with its reason and does not hold up the rest', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 30));
    for (const i of [0, 7, 8, 29])
      chain.oddities.set(`r/${FIRST_SLOT + i}`, { code: 22, codespace: 'meter', log: 'slot older than the late period' });
    await drive(meter, chain);
    expect(chain.included.size).toBe(26);
    expect(meter.client.deadLetters().map(({ id }) => id)).toEqual([0, 7, 8, 29].map((i) => `r/${FIRST_SLOT + i}`));
    expect(meter.client.deadLetters()[0]).toMatchObject({ reason: 'meter/22', content: { slot: FIRST_SLOT } });
    expect(meter.events.filter(({ kind }) => kind === 'dead-letter')).toHaveLength(4);
  });

  test('for an unknown reason waits for itself, and passes when the reason is gone', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 10));
    chain.oddities.set(`r/${FIRST_SLOT + 3}`, { code: 99, codespace: 'odd', log: 'a rule of tomorrow' });
    await drive(meter, chain);
    expect(chain.included.size).toBe(9);
    expect(meter.client.status()).toMatchObject({ queued: { reports: 1 }, deadLetters: 0, lastError: { code: 'odd/99' } });
    chain.oddities.clear();
    meter.advance(3_600_000);
    await drive(meter, chain);
    expect(chain.included.size).toBe(10);
  });

  test('given up can be revived unchanged', async () => {
    const chain = new FakeChain(LATER);
    chain.firstDay = DAY + 1;
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    await drive(meter, chain, 400);
    expect(meter.client.status()).toMatchObject({ deadLetters: 97, queued: { reports: 0, statements: 0 } });
    const [letter] = meter.client.deadLetters().filter(({ id }) => id === `s/${DAY}`);
    chain.firstDay = DAY;
    await meter.client.revive(letter.id);
    await drive(meter, chain);
    expect(Buffer.from(chain.included.get(`s/${DAY}`)!.statement!.blinding).toString('hex')).toBe(
      (letter.content as { blinding: string }).blinding,
    );
  });
});

describe("when the node's key changes", () => {
  test('a refused epoch is sealed anew to the newest key, with the same blinding and commitment', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    const staleKeys = await chain.nodeKeys();
    chain.publishKey();
    chain.oldestEpoch = 2;
    const nodeKeys = chain.nodeKeys.bind(chain);
    chain.nodeKeys = async () => staleKeys; // a node that is behind
    expect(await meter.client.step()).toBe('refused');
    const queued = JSON.parse(meter.store.get(`q/s/${DAY}`)!);
    chain.nodeKeys = nodeKeys;
    await drive(meter, chain);
    const { statement, keyEpoch, commitment } = chain.included.get(`s/${DAY}`)!;
    expect(keyEpoch).toBe(2);
    expect(Buffer.from(statement!.blinding).toString('hex')).toBe(queued.blinding);
    expect(Buffer.from(commitment!).toString('hex')).toBe(queued.commitment);
    expect(chain.included.size).toBe(97);
  });

  test('a box in the mempool whose epoch expires meanwhile is sealed anew', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    expect(await meter.client.step()).toBe('waiting');
    chain.publishKey();
    chain.oldestEpoch = 2;
    chain.makeBlock(); // leaves it out
    await drive(meter, chain);
    expect(chain.included.get(`r/${FIRST_SLOT}`)!.keyEpoch).toBe(2);
  });
});

describe('a transaction whose fate is unknown', () => {
  test('is the same bytes again, not another one, while it can still be included', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    const broadcast = chain.broadcast.bind(chain);
    const seen: string[] = [];
    chain.broadcast = async (bytes) => {
      seen.push(Buffer.from(bytes).toString('hex'));
      throw new RpcError('network', 'connection reset');
    };
    await expect(meter.client.step()).rejects.toThrow('connection reset');
    meter.advance(20_000);
    chain.broadcast = async (bytes) => {
      seen.push(Buffer.from(bytes).toString('hex'));
      return broadcast(bytes);
    };
    await drive(meter, chain);
    expect(new Set(seen).size).toBe(1);
    expect(seen).toHaveLength(2);
    expect(chain.included.size).toBe(1);
  });

  test('is given up only past its timeout height, and its items are sent in another one', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    await meter.client.step();
    chain.dropMempool();
    for (let i = 0; i < 100; i++) chain.makeBlock();
    expect(await meter.client.step()).toBe('waiting');
    chain.makeBlock();
    chain.dropMempool();
    await drive(meter, chain);
    expect(chain.included.size).toBe(1);
    expect(meter.client.status().sent.reports).toBe(1);
  });

  test('is not given up on the word of a node that is behind', async () => {
    const chain = new FakeChain(LATER);
    chain.indexing = false;
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    await meter.client.step();
    const used = chain.used.bind(chain);
    const before = await used('', FIRST_SLOT, FIRST_SLOT); // the state before the block that includes it
    for (let i = 0; i < 102; i++) chain.makeBlock();
    chain.used = async () => before;
    expect(await meter.client.step()).toBe('waiting');
    chain.used = used;
    await drive(meter, chain);
    expect(chain.broadcasts).toHaveLength(1);
    expect(meter.client.status().sent.reports).toBe(1);
  });

  test("is found by the chain's list of used slots where the node keeps no index of transactions", async () => {
    const chain = new FakeChain(LATER);
    chain.indexing = false;
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    for (let i = 0; i < 2; i++) {
      while ((await meter.client.step()) !== 'waiting');
      for (let n = 0; n < 102; n++) chain.makeBlock();
    }
    await drive(meter, chain);
    expect(meter.client.status()).toMatchObject({ sent: { reports: 96, statements: 1 }, queued: { reports: 0, statements: 0 } });
    expect(chain.broadcasts).toHaveLength(2);
  });
});
