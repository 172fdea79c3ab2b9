import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { openBoxAsSender, RpcError, type MeterChain } from '../src/index.ts';
import { FakeChain } from './fake-chain.ts';
import { DAY, FIRST_SLOT, reading, readings, testMeter, type TestMeter } from './meter.ts';

vi.setConfig({ testTimeout: 180_000 }); // the kills seal thousands of boxes, perhaps on a busy machine

const LATER = (DAY + 10) * 86_400;

/** Steps the meter and makes blocks until nothing moves any more. */
async function drive(meter: TestMeter, chain: FakeChain, rounds = 60): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    const result = await meter.client.step();
    if (result === 'idle' && !meter.client.status().inFlight) return;
    if (result === 'waiting') chain.makeBlock();
    if (result !== 'moved') meter.advance(20_000);
  }
}

async function startedMeter(chain: FakeChain): Promise<TestMeter> {
  const meter = await testMeter(chain);
  await meter.client.startDay(DAY, 1000n, 0n);
  return meter;
}

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
      const meter = await testMeter(chain, new Map(), undefined, deviceSecret); // the same "random" bytes each time
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
    meter.advance(46 * 86_400_000);
    await meter.client.record(reading(FIRST_SLOT + 1));
    await drive(meter, chain);
    expect(meter.client.secretsOf(`r/${FIRST_SLOT}`)).toEqual([]);
    expect(meter.client.secretsOf(`r/${FIRST_SLOT + 1}`)).toHaveLength(1);
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
    const values = { day: DAY, importStartWh: 5n, exportStartWh: 6n, importWh: Array(96).fill(1), exportWh: Array(96).fill(0), flags: 0 };
    await client.addStatement(values);
    await client.addStatement(values);
    expect(client.status().queued.statements).toBe(1);
    await expect(client.addStatement({ ...values, importStartWh: 7n })).rejects.toMatchObject({ code: 'already-stated' });
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

describe('a kill at any moment', () => {
  /** Dies at the n-th call of store or chain: before it has an effect, or after. */
  class Killer {
    calls = 0;
    at = 0;
    readonly after: boolean;
    constructor(at: number, after: boolean) {
      this.at = at;
      this.after = after;
    }
    wrap<T extends object>(target: T, names: readonly string[]): T {
      return new Proxy(target, {
        get: (object, name) => {
          const value = Reflect.get(object, name);
          if (typeof value !== 'function') return value;
          if (!names.includes(String(name))) return value.bind(object);
          return async (...args: unknown[]) => {
            if (++this.calls === this.at && !this.after) throw new Error('killed');
            const result = await value.apply(object, args);
            if (this.calls === this.at && this.after) throw new Error('killed');
            return result;
          };
        },
      });
    }
  }
  const REPORTS = 20;
  const dayValues = {
    day: DAY,
    importStartWh: 1000n,
    exportStartWh: 0n,
    importWh: Array<number>(96).fill(100),
    exportWh: Array<number>(96).fill(0),
    flags: 0,
  };
  const CHAIN_CALLS: (keyof MeterChain)[] = ['status', 'account', 'nodeKeys', 'used', 'commitment', 'broadcast', 'tx'];

  /** Lives, dies at the n-th call, lives again with what the store kept; the owner records the same readings again after the restart. */
  async function live(
    at: number,
    after: boolean,
    mishap: (chain: FakeChain) => void,
  ): Promise<{ died: boolean; chain: FakeChain; blindings: Set<string>; store: Map<string, string> }> {
    const chain = new FakeChain(LATER);
    const store = new Map<string, string>();
    const killer = new Killer(at, after);
    const blindings = new Set<string>();
    const note = () => {
      const queued = store.get(`q/s/${DAY}`);
      if (queued) blindings.add(JSON.parse(queued).blinding);
    };
    const life = async (wrapped: MeterChain & { chainId: string }, wrapStore: boolean) => {
      const meter = await testMeter(wrapped, store, (inner) => (wrapStore ? killer.wrap(inner, ['commit']) : inner));
      await meter.client.addStatement(dayValues);
      await meter.client.recordAll(readings(FIRST_SLOT, REPORTS));
      note();
      for (let i = 0; i < 40; i++) {
        const result = await meter.client.step();
        if (result === 'idle') return;
        if (result === 'waiting') {
          if (i === 1) mishap(chain);
          chain.makeBlock();
        }
        meter.advance(20_000);
        note();
      }
    };
    let died = false;
    await life(killer.wrap(chain, CHAIN_CALLS), true).catch((error) => {
      if (error.message !== 'killed') throw error;
      died = true;
    });
    note();
    if (died) mishap(chain);
    await life(chain, false);
    return { died, chain, blindings, store };
  }

  test('again and again, each time at another one, loses and doubles nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean(), fc.constantFrom('keep', 'drop', 'block', 'run')), {
          minLength: 2,
          maxLength: 8,
        }),
        async (deaths) => {
          const chain = new FakeChain(LATER);
          const store = new Map<string, string>();
          const life = async (killer: Killer | undefined) => {
            const meter = await testMeter(killer ? killer.wrap(chain, CHAIN_CALLS) : chain, store, (inner) =>
              killer ? killer.wrap(inner, ['commit']) : inner,
            );
            await meter.client.recordAll(readings(FIRST_SLOT, REPORTS));
            for (let i = 0; i < 40; i++) {
              const result = await meter.client.step();
              if (result === 'idle') return;
              if (result === 'waiting') chain.makeBlock();
              meter.advance(20_000);
            }
          };
          for (const [at, after, meanwhile] of deaths) {
            await life(new Killer(at, after)).catch((error) => {
              if (error.message !== 'killed') throw error;
            });
            if (meanwhile === 'drop') chain.dropMempool();
            if (meanwhile === 'block') chain.makeBlock();
            if (meanwhile === 'run') for (let i = 0; i < 120; i++) chain.makeBlock();
          }
          await life(undefined);
          expect(chain.included.size).toBe(REPORTS); // the chain itself throws when something is included twice
        },
      ),
      { numRuns: 25 },
    );
  });

  for (const [what, mishap] of [
    ['and the mempool kept what it had', () => {}],
    ['and the mempool lost what it had', (chain: FakeChain) => chain.dropMempool()],
    ['and a block was made meanwhile', (chain: FakeChain) => chain.makeBlock()],
    [
      'and the chain ran past the timeout meanwhile',
      (chain: FakeChain) => {
        for (let i = 0; i < 120; i++) chain.makeBlock();
      },
    ],
    [
      'and the key changed meanwhile',
      (chain: FakeChain) => {
        if (chain.oldestEpoch === 1) {
          chain.publishKey();
          chain.oldestEpoch = 2;
        }
      },
    ],
  ] as const) {
    test(`loses and doubles nothing, ${what}`, async () => {
      let deaths = 0;
      for (const after of [false, true]) {
        for (let at = 1; ; at++) {
          const { died, chain, blindings, store } = await live(at, after, mishap);
          expect(chain.included.size, `killed ${after ? 'after' : 'before'} call ${at}`).toBe(REPORTS + 1);
          expect(blindings.size, 'one blinding, whatever happened').toBeLessThanOrEqual(1);
          for (const blinding of blindings)
            expect(Buffer.from(chain.included.get(`s/${DAY}`)!.statement!.blinding).toString('hex')).toBe(blinding);
          const lost = [...chain.included].filter(
            ([id, { sealed }]) => !store.has(`k/${id}/${Buffer.from(sealed.subarray(0, 8)).toString('hex')}`),
          );
          expect(lost, 'every box on the chain can be shown to an arbiter').toEqual([]);
          if (!died) break;
          deaths++;
        }
      }
      expect(deaths).toBeGreaterThanOrEqual(20);
    });
  }
});
