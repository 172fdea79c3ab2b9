/**
 * A meter behind a node that lies: about the key to seal to, about the operator, about what is on the chain. What it can still do stands in
 * docs/privacy.md: keep things back, and keep a meter from sending.
 */
import { describe, expect, test } from 'vitest';
import { boxPublicKey, keySigner, type MeterChain, nodeKeyDigest, openBox, rotationDigest, type state } from '../src/index.ts';
import { FakeChain, OPERATOR_KEY, OUTFIT, signed } from './fake-chain.ts';
import { DAY, drive, FIRST_SLOT, LATER, reading, readings, startedMeter, testMeter } from './meter.ts';

/** When the day's roster can be frozen. */
const SOON = (DAY + 2) * 86_400;
const RELAY_SECRET = new Uint8Array(32).fill(0xad);
const THIEF_KEY: Uint8Array<ArrayBuffer> = new Uint8Array(32).fill(0x7f);
const [SECOND_KEY, THIRD_KEY] = [new Uint8Array(32).fill(0x5f), new Uint8Array(32).fill(0x60)];

/** An honest chain through a relay: what it lays over the answers, and whether the meter turned away from it. */
class Relay {
  readonly chain = new FakeChain(SOON);
  turnedAway = 0;
  answer: Partial<MeterChain> = {};
  asChain(): MeterChain & { chainId: string } {
    return new Proxy(this.chain, {
      get: (chain, name) => {
        if (name === 'leaveNode') return () => this.turnedAway++;
        const own = this.answer[name as keyof MeterChain];
        const value = own ?? Reflect.get(chain, name, chain);
        return typeof value === 'function' ? value.bind(chain) : value;
      },
    });
  }
  /** Names a key of its own, with this signature. */
  async nameKey(epoch: number, signature: Uint8Array): Promise<void> {
    const honest = await this.chain.nodeKeys();
    const own: state.NodeKey = { ...honest[0], epoch, key: boxPublicKey(RELAY_SECRET), signature };
    this.answer.nodeKeys = async () => [...honest.filter((key) => key.epoch !== epoch), own];
  }
}

const relayed = async (relay: Relay) => {
  const meter = await testMeter(relay.asChain());
  await meter.client.startDay(DAY, 1000n, 0n);
  return meter;
};
const sealedToRelay = (chain: FakeChain): number =>
  [...chain.included.values()].filter(({ sealed }) => {
    try {
      openBox(sealed, boxPublicKey(RELAY_SECRET), RELAY_SECRET);
      return true;
    } catch {
      return false;
    }
  }).length;

describe('a node that names a key of its own', () => {
  test.each<[string, number, (chain: FakeChain) => Uint8Array]>([
    ['in the place of the first, without a signature', 1, () => new Uint8Array(64)],
    ['as the next epoch’s, signed by itself', 2, (chain) => signed(digestOf(chain, 2), THIEF_KEY)],
    ['with the operator’s signature of another epoch', 2, (chain) => signed(digestOf(chain, 1))],
    ['with the operator’s signature for another genesis', 2, (chain) => signed(digestOf(chain, 2, new Uint8Array(32)))],
    ['with a signature of no length', 2, () => new Uint8Array(0)],
  ])('%s gets nothing sealed to it, and is left', async (_, epoch, signature) => {
    const relay = new Relay();
    await relay.nameKey(epoch, signature(relay.chain));
    const meter = await relayed(relay);
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    await drive(meter, relay.chain, 5);
    expect([relay.chain.broadcasts.length, sealedToRelay(relay.chain)]).toEqual([0, 0]);
    expect(relay.turnedAway).toBeGreaterThan(0);
    expect(meter.client.status().lastError?.code).toBe('node-key-unsigned');
    relay.answer = {}; // an honest one answers now
    await drive(meter, relay.chain);
    expect(meter.client.status()).toMatchObject({ sent: { reports: 96, statements: 1 }, queued: { reports: 0, statements: 0 } });
  });

  test('could read all of it if it had the operator’s key: the signature alone keeps it out', async () => {
    const relay = new Relay();
    await relay.nameKey(1, signed(digestOf(relay.chain, 1)));
    const meter = await relayed(relay);
    await meter.client.record(reading(FIRST_SLOT));
    await meter.client.step();
    expect([relay.chain.broadcasts.length, meter.client.status().lastError]).toEqual([1, undefined]);
  });

  test('gets no second key of an epoch past a meter that saw the first, signed or not, not even after a restart', async () => {
    const relay = new Relay();
    const meter = await relayed(relay);
    await meter.client.record(reading(FIRST_SLOT));
    await drive(meter, relay.chain);
    await relay.nameKey(1, signed(digestOf(relay.chain, 1)));
    for (const again of [meter, await testMeter(relay.asChain(), meter.store)]) {
      await again.client.record(reading(FIRST_SLOT + 1));
      expect(await again.client.step()).toBe('refused');
      expect(again.client.status().lastError?.code).toBe('node-key-second');
    }
  });

  test('gets no epoch below one that was seen past it, and the one that was seen is taken', async () => {
    const relay = new Relay();
    const first = await relay.chain.nodeKeys();
    relay.chain.publishKey();
    const meter = await relayed(relay);
    await meter.client.record(reading(FIRST_SLOT));
    await drive(meter, relay.chain);
    relay.answer.nodeKeys = async () => first;
    await meter.client.record(reading(FIRST_SLOT + 1));
    expect([await meter.client.step(), meter.client.status().lastError?.code]).toEqual(['refused', 'node-key-old']);
    relay.answer = {};
    await drive(meter, relay.chain);
    expect(meter.client.status().queued).toEqual({ reports: 0, statements: 0 });
  });
});

describe('a meter follows its operator', () => {
  const to = (n: number, secret: Uint8Array<ArrayBuffer>, by: Uint8Array<ArrayBuffer> | null, chain: FakeChain): state.Rotation => {
    const { address } = keySigner(secret);
    const signature = by ? signed(rotationDigest(chain.chainId, n, address), by) : new Uint8Array(0);
    return { n, address, signature, height: 1n, unixS: 1n, vetoedBy: [] };
  };
  const sends = async (prepare: (chain: FakeChain) => void): Promise<string | undefined> => {
    const chain = new FakeChain(LATER);
    prepare(chain);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    await drive(meter, chain, 5);
    return meter.client.status().lastError?.code;
  };

  test('through rotations that each one signed for the next', async () => {
    const after = (by: Uint8Array<ArrayBuffer>) => (chain: FakeChain) => {
      chain.rotated.push(to(1, SECOND_KEY, OPERATOR_KEY, chain), to(2, THIRD_KEY, SECOND_KEY, chain));
      chain.publishKey(by);
    };
    expect([await sends(after(THIRD_KEY)), await sends(after(SECOND_KEY)), await sends(after(OPERATOR_KEY))]).toEqual([
      undefined,
      'node-key-unsigned',
      'node-key-unsigned',
    ]);
  });

  test.each<[string, (chain: FakeChain) => state.Rotation]>([
    ['signed by somebody else', (chain) => to(1, THIEF_KEY, THIEF_KEY, chain)],
    ['without a signature, by the validators', (chain) => to(1, THIEF_KEY, null, chain)],
    ['of a later number', (chain) => to(2, THIEF_KEY, OPERATOR_KEY, chain)],
  ])('but not through one %s', async (_, rotation) => {
    const after = (by: Uint8Array<ArrayBuffer>) => (chain: FakeChain) => {
      chain.rotated.push(rotation(chain));
      chain.publishKey(by);
    };
    expect([await sends(after(THIEF_KEY)), await sends(after(OPERATOR_KEY))]).toEqual(['node-key-unsigned', undefined]);
  });

  test('and with a new outfit where the validators have named it', async () => {
    const chain = new FakeChain(LATER);
    chain.rotated.push(to(1, SECOND_KEY, null, chain));
    chain.publishKey(SECOND_KEY);
    const before = await startedMeter(chain);
    await before.client.record(reading(FIRST_SLOT));
    expect(await before.client.step()).toBe('refused');
    const outfit = { ...OUTFIT, operator: keySigner(SECOND_KEY).address, rotation: 1 };
    const after = await testMeter(chain, before.store, undefined, { outfit });
    await drive(after, chain);
    expect(after.client.status().queued).toEqual({ reports: 0, statements: 0 });
  });
});

describe('a node that says a statement is on the chain and kept it back', () => {
  /** The first node answers that it took everything and has it in a block; the other one is honest. */
  async function keptBack(witness: boolean) {
    const relay = new Relay();
    const meter = await relayed(relay);
    relay.answer = {
      broadcast: async () => ({ code: 0, codespace: '', log: '' }),
      tx: async () => ({ code: 0, codespace: '', log: '', height: relay.chain.height }),
      ...(witness && { witness: relay.chain }),
    };
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    await drive(meter, relay.chain, 20);
    return { relay, meter };
  }

  test('is found out by a second node before the statement leaves the queue, and the statement is sent anew', async () => {
    const { relay, meter } = await keptBack(true);
    expect(meter.events.filter(({ kind }) => kind === 'kept-back').length).toBeGreaterThan(0);
    expect([meter.client.status().queued.statements, relay.turnedAway > 0]).toEqual([1, true]);
    relay.answer = { witness: relay.chain };
    await drive(meter, relay.chain, 400); // until what the liar took last has run out
    expect(relay.chain.included.has(`s/${DAY}`)).toBe(true);
    expect(meter.client.status()).toMatchObject({ queued: { statements: 0 }, sent: { statements: 1 } });
  });

  test('would not be found out by a meter with one node: it is told that the roster of the day lacks the statement', async () => {
    const { relay, meter } = await keptBack(false);
    expect([meter.client.status().sent.statements, relay.chain.included.size]).toEqual([1, 0]);
    relay.chain.frozen.add(DAY);
    meter.advance(3_600_000);
    await meter.client.record(reading(FIRST_SLOT + 96));
    await drive(meter, relay.chain, 5);
    expect(meter.client.status().missingDays).toEqual([DAY]);
    expect(meter.events.filter(({ kind }) => kind === 'not-on-roster')).toHaveLength(1);
  });

  test('which an honest node’s roster does not say', async () => {
    const chain = new FakeChain(SOON);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    await drive(meter, chain);
    chain.frozen.add(DAY);
    meter.advance(3_600_000);
    await meter.client.record(reading(FIRST_SLOT + 96));
    await drive(meter, chain, 5);
    expect([meter.client.status().missingDays, meter.events.some(({ kind }) => kind === 'not-on-roster')]).toEqual([[], false]);
  });
});

function digestOf(chain: FakeChain, epoch: number, genesisHash = OUTFIT.genesisHash): Uint8Array {
  return nodeKeyDigest({ chainId: chain.chainId, genesisHash }, epoch, boxPublicKey(RELAY_SECRET));
}
