/** The client over a chain in memory: from registers to what is included, one transaction at a time. */
import { describe, expect, test, vi } from 'vitest';
import { openBoxAsSender, RpcError } from '../src/index.ts';
import { FakeChain } from './fake-chain.ts';
import { DAY, drive, FIRST_SLOT, LATER, reading, readings, startedMeter, testMeter } from './meter.ts';

describe('a meter', () => {
  test('turns a day of registers into one statement and 96 reports', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    expect(meter.client.status().queued).toEqual({ reports: 96, statements: 1 });
    await drive(meter, chain);
    expect(chain.included.size).toBe(97);
    const { statement } = chain.included.get(`s/${DAY}`)!;
    expect(statement!.importStartWh).toBe(1000n);
    expect(statement!.importWh).toEqual(Array(96).fill(100));
    expect(statement!.exportWh.reduce((a, b) => a + b)).toBe(7);
    expect(meter.client.status()).toMatchObject({
      queued: { reports: 0, statements: 0 },
      sent: { reports: 96, statements: 1 },
      deadLetters: 0,
      inFlight: undefined,
    });
  });

  test('sends day statements before reports, several messages in a transaction, the oldest first', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 192));
    await drive(meter, chain);
    const [first, second, third] = chain.broadcasts;
    expect(first).toEqual([`s/${DAY}`, `s/${DAY + 1}`]);
    expect([second[0], second.length]).toEqual([`r/${FIRST_SLOT}`, 100]);
    expect([third[0], third.length]).toEqual([`r/${FIRST_SLOT + 100}`, 92]);
    expect(chain.broadcasts).toHaveLength(3);
  });

  test('sends a statement and the few reports of a quiet midnight in one transaction', async () => {
    const chain = new FakeChain(DAY * 86_400 + 95 * 900);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 95));
    await drive(meter, chain);
    chain.chainUnixS = LATER;
    await meter.client.record(reading(FIRST_SLOT + 95));
    await drive(meter, chain);
    expect(chain.broadcasts.at(-1)).toEqual([`s/${DAY}`, `r/${FIRST_SLOT + 95}`]);
  });

  test('has one transaction in flight, and waits for it', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    expect(await meter.client.step()).toBe('waiting');
    await meter.client.record(reading(FIRST_SLOT + 1));
    expect(await meter.client.step()).toBe('waiting');
    expect(chain.broadcasts).toHaveLength(1);
    expect(meter.client.status()).toMatchObject({ inFlight: { messages: 1 }, queued: { reports: 2 } });
    chain.makeBlock();
    await drive(meter, chain);
    expect(chain.included.size).toBe(2);
  });

  test("sends nothing that is not over on the chain's clock", async () => {
    const chain = new FakeChain((FIRST_SLOT + 1) * 900);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 2));
    await drive(meter, chain);
    expect([...chain.included.keys()]).toEqual([`r/${FIRST_SLOT}`]);
    chain.chainUnixS += 900;
    await drive(meter, chain);
    expect(chain.included.size).toBe(2);
  });

  test('waits until the chain knows it', async () => {
    const chain = new FakeChain(LATER);
    chain.enrolled = false;
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    expect(await meter.client.step()).toBe('refused');
    expect(meter.client.status()).toMatchObject({ lastError: { code: 'not-enrolled' }, queued: { reports: 1 } });
    chain.enrolled = true;
    await drive(meter, chain);
    expect(chain.included.size).toBe(1);
  });

  test('keeps every ephemeral secret, so that an arbiter can be shown what a box holds', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    await drive(meter, chain);
    const { sealed, keyEpoch } = chain.included.get(`r/${FIRST_SLOT}`)!;
    const [kept] = meter.client.secretsOf(`r/${FIRST_SLOT}`);
    expect(kept.keyEpoch).toBe(keyEpoch);
    const nodeKey = (await chain.nodeKeys())[0].key;
    expect(openBoxAsSender(sealed, nodeKey, kept.secret)).toHaveLength(64);
  });

  test('draws a fresh ephemeral secret for each box, hedged by its own secret', async () => {
    const boxes = async (deviceSecret: Uint8Array) => {
      const chain = new FakeChain(LATER);
      const meter = await testMeter(chain, new Map(), undefined, { deviceSecret }); // the same "random" bytes each time
      await meter.client.recordAll(readings(FIRST_SLOT, 30));
      await drive(meter, chain);
      return [...chain.included.values()].map(({ sealed }) => Buffer.from(sealed.subarray(0, 32)).toString('hex'));
    };
    const [one, again, other] = [
      await boxes(new Uint8Array(32).fill(1)),
      await boxes(new Uint8Array(32).fill(1)),
      await boxes(new Uint8Array(32).fill(2)),
    ];
    expect(new Set(one).size).toBe(30);
    expect(again).toEqual(one);
    expect(new Set([...one, ...other]).size).toBe(60);
  });

  test('forgets ephemeral secrets after 45 days', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    await drive(meter, chain);
    meter.setClock(46 * 86_400_000); // the device's clock alone: it may be wrong
    await meter.client.record(reading(FIRST_SLOT + 1));
    await drive(meter, chain);
    expect(meter.client.secretsOf(`r/${FIRST_SLOT}`)).toHaveLength(1);
    chain.chainUnixS += 46 * 86_400;
    await meter.client.record(reading(FIRST_SLOT + 2));
    await drive(meter, chain);
    expect(meter.client.secretsOf(`r/${FIRST_SLOT}`)).toEqual([]);
    expect(meter.client.secretsOf(`r/${FIRST_SLOT + 2}`)).toHaveLength(1);
  });
});

describe('a running meter', () => {
  /** A chain that makes a block soon after each broadcast. */
  function lively(): FakeChain {
    const chain = new FakeChain(LATER);
    const broadcast = chain.broadcast.bind(chain);
    chain.broadcast = async (bytes) => {
      setTimeout(() => chain.makeBlock(), 5);
      return broadcast(bytes);
    };
    return Object.assign(chain, {
      nextBlock: () =>
        new Promise<void>((resolve) => {
          setTimeout(resolve, 10);
        }),
    });
  }
  const until = async (holds: () => boolean) => {
    while (!holds())
      await new Promise((resolve) => {
        setTimeout(resolve, 2);
      });
  };

  test('sleeps until something is recorded, sends it, and stops when told', async () => {
    const chain = lively();
    const meter = await startedMeter(chain);
    const stop = new AbortController();
    const running = meter.client.run(stop.signal);
    const calls = vi.spyOn(chain, 'status');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(calls, 'nothing is asked while there is nothing to do').not.toHaveBeenCalled();
    await meter.client.record(reading(FIRST_SLOT));
    await until(() => chain.included.size === 1);
    await meter.client.record(reading(FIRST_SLOT + 1));
    await until(() => chain.included.size === 2);
    stop.abort();
    await running;
  });

  test('lives through a chain that does not answer, more and more patiently', async () => {
    const chain = lively();
    const meter = await startedMeter(chain);
    const status = chain.status.bind(chain);
    const asked: number[] = [];
    chain.status = async () => {
      asked.push(performance.now());
      throw new RpcError('network', 'status: no answer');
    };
    const stop = new AbortController();
    await meter.client.record(reading(FIRST_SLOT));
    const running = meter.client.run(stop.signal);
    await until(() => asked.length === 3);
    expect(meter.client.status().lastError).toMatchObject({ code: 'network', message: 'status: no answer' });
    expect(asked[1] - asked[0]).toBeGreaterThan(240);
    expect(asked[2] - asked[1]).toBeGreaterThan(490);
    chain.status = status;
    await until(() => chain.included.size === 1);
    stop.abort();
    await running;
  });

  test('flushes what it has and returns', async () => {
    const chain = lively();
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    await meter.client.flush(AbortSignal.timeout(20_000));
    expect(chain.included.size).toBe(97);
  });
});

describe('readings', () => {
  test('are taken again without effect', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    await drive(meter, chain);
    await meter.client.record(reading(FIRST_SLOT));
    expect(meter.client.status().queued.reports).toBe(0);
  });

  test('are refused when they contradict, fall, leap or are malformed, and then change nothing', async () => {
    const { client, store } = await startedMeter(new FakeChain(LATER));
    await client.recordAll(readings(FIRST_SLOT, 2));
    const before = new Map(store);
    const next = reading(FIRST_SLOT + 2);
    const refused: [Partial<typeof next>, string][] = [
      [{ slot: FIRST_SLOT + 1 }, 'already-reported'],
      [{ importRegisterWh: 1n }, 'register-fell'],
      [{ exportRegisterWh: 1n << 20n }, 'out-of-range'],
      [{ importRegisterWh: 1n << 56n }, 'out-of-range'],
      [{ slot: -1 }, 'out-of-range'],
      [{ slot: 1.5 }, 'out-of-range'],
      [{ powerW: 2 ** 31 }, 'out-of-range'],
      [{ flags: -1 }, 'out-of-range'],
    ];
    for (const [change, code] of refused) {
      await expect(
        client.recordAll(
          [next, { ...reading(FIRST_SLOT + 3), ...change }].slice('importRegisterWh' in change || 'exportRegisterWh' in change ? 0 : 1),
        ),
        JSON.stringify(code),
      ).rejects.toMatchObject({ code });
    }
    expect(store).toEqual(before);
  });

  test('with a gap close the day where nothing can have flowed, and leave it open where something did', async () => {
    const { client } = await startedMeter(new FakeChain(LATER));
    const still = (slot: number) => ({ ...reading(slot), importRegisterWh: 1000n, exportRegisterWh: 0n });
    await client.recordAll(
      readings(FIRST_SLOT, 96)
        .filter((_, i) => i < 40 || i > 60)
        .map(({ slot }) => still(slot)),
    );
    expect(client.status().queued.statements).toBe(1);
    const grown = (slot: number) => ({ ...reading(slot + 96), slot });
    await client.recordAll(
      readings(FIRST_SLOT + 96, 97)
        .filter((_, i) => i !== 50)
        .map(({ slot }) => ({ ...grown(slot), importRegisterWh: 1000n + BigInt(slot - FIRST_SLOT - 95) })),
    );
    expect(client.status().queued.statements).toBe(1);
    expect(client.status().incompleteDays).toEqual([{ day: DAY + 1, missingSlots: [FIRST_SLOT + 146] }]);
    await client.record({ ...grown(FIRST_SLOT + 146), importRegisterWh: 1051n });
    expect(client.status().queued.statements).toBe(2);
    expect(client.status().incompleteDays).toEqual([]);
  });
});

describe('a statement', () => {
  test('is made once: the same values are taken again, others refused', async () => {
    const { client } = await startedMeter(new FakeChain(LATER));
    const values = {
      day: DAY,
      importStartWh: 1000n,
      exportStartWh: 0n,
      importWh: Array(96).fill(1),
      exportWh: Array(96).fill(0),
      flags: 0,
    };
    await client.addStatement(values);
    await client.addStatement(values);
    expect(client.status().queued.statements).toBe(1);
    await expect(client.addStatement({ ...values, importWh: Array(96).fill(2) })).rejects.toMatchObject({ code: 'already-stated' });
  });

  test('that the chain holds with another commitment becomes a dead letter, never "sent"', async () => {
    const chain = new FakeChain(LATER);
    const lost = await startedMeter(chain);
    await lost.client.recordAll(readings(FIRST_SLOT, 96));
    await drive(lost, chain);
    const copy = await testMeter(chain); // the same key, an empty store
    const values = { ...chain.included.get(`s/${DAY}`)!.statement! };
    await copy.client.addStatement({ ...values, exportStartWh: 9n });
    await drive(copy, chain);
    expect(copy.client.deadLetters()).toMatchObject([{ id: `s/${DAY}`, reason: 'other-commitment' }]);
    expect(copy.client.status().sent.statements).toBe(0);
  });
});
