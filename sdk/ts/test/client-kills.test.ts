/** A client that is killed at any call of its store or its chain, and started again over what the store kept. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { MeterChain } from '../src/index.ts';
import { FakeChain } from './fake-chain.ts';
import { DAY, FIRST_SLOT, LATER, readings, testMeter } from './meter.ts';

vi.setConfig({ testTimeout: 180_000 }); // the kills seal thousands of boxes, perhaps on a busy machine

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
