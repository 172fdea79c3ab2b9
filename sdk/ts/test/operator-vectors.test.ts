/** What the operator signs, by the vectors that Go and C read too. */
import { describe, expect, test } from 'vitest';
import type { OperatorCase } from '../../vectors/operator.ts';
import { readVectors } from '../../vectors/read.ts';
import { accountText, type MeterChain, memoryStore, nodeKeyDigest, rotationDigest } from '../src/index.ts';
import { NodeKeys } from '../src/node-key.ts';
import { Outbox } from '../src/outbox.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const { digests, cases } = readVectors('operator');
const CODES: Record<string, OperatorCase['code']> = {
  'node-key-unsigned': 'signature',
  'node-key-second': 'wrong-epoch',
  'node-key-old': 'wrong-epoch',
};

/** One key after the other, each as the newest that a node names. */
async function judged(c: OperatorCase): Promise<string> {
  const store = memoryStore();
  const rotations = c.rotations.map((r) => ({ ...r, address: accountText(bytes(r.address)), signature: bytes(r.signature) }));
  const outfit = { operator: accountText(bytes(c.operator)), genesisHash: bytes(c.genesisHash) };
  let last = 'ok';
  for (const key of c.keys) {
    const chain = {
      rotations: async () => rotations,
      nodeKeys: async () => [{ ...key, key: bytes(key.key), signature: bytes(key.signature) }],
    } as unknown as MeterChain;
    const answer = await new NodeKeys(await Outbox.open(store), chain, c.chainId, outfit).newest();
    last = 'refused' in answer ? CODES[answer.refused] : 'ok';
  }
  return last;
}

describe('the vectors of what the operator signs', () => {
  test('digests', () => {
    const [c] = cases;
    const [{ epoch, key }] = c.keys;
    const identity = { chainId: c.chainId, genesisHash: bytes(c.genesisHash) };
    expect(Buffer.from(nodeKeyDigest(identity, epoch, bytes(key))).toString('hex')).toBe(digests.nodeKey);
    const led = cases.find(({ rotations }) => rotations.length === 2)!.rotations[0];
    expect(Buffer.from(rotationDigest(c.chainId, 1, bytes(led.address))).toString('hex')).toBe(digests.rotation);
  });

  test.each(cases.filter(({ keys }) => keys.length > 0))('$name: $code', async (c) => {
    expect(await judged(c)).toBe(c.code);
  });

  test.each(cases.filter(({ keys }) => keys.length === 0))('$name leads nowhere', async (c) => {
    const store = memoryStore();
    const outbox = await Outbox.open(store);
    const rotations = c.rotations.map((r) => ({ ...r, address: accountText(bytes(r.address)), signature: bytes(r.signature) }));
    const [{ epoch, key, signature }] = cases[0].keys;
    const chain = {
      rotations: async () => rotations,
      nodeKeys: async () => [{ epoch, key: bytes(key), signature: bytes(signature) }],
    } as unknown as MeterChain;
    const outfit = { operator: accountText(bytes(c.operator)), genesisHash: bytes(c.genesisHash) };
    expect('nodeKey' in (await new NodeKeys(outbox, chain, c.chainId, outfit).newest())).toBe(true); // the first operator's still counts
    expect(outbox.operator).toMatchObject({ n: 0, address: outfit.operator });
  });
});

test('a node that names no key is early at first, and lies once one was seen', async () => {
  const c = cases.find(({ code, keys }) => code === 'ok' && keys.length > 0)!;
  const rotations = c.rotations.map((r) => ({ ...r, address: accountText(bytes(r.address)), signature: bytes(r.signature) }));
  let named = false;
  const chain = {
    rotations: async () => rotations,
    nodeKeys: async () =>
      named ? c.keys.slice(0, 1).map((key) => ({ ...key, key: bytes(key.key), signature: bytes(key.signature) })) : [],
  } as unknown as MeterChain;
  const outfit = { operator: accountText(bytes(c.operator)), genesisHash: bytes(c.genesisHash) };
  const keys = new NodeKeys(await Outbox.open(memoryStore()), chain, c.chainId, outfit);
  expect(await keys.newest()).toMatchObject({ refused: 'no-node-key', lie: false });
  named = true;
  expect(await keys.newest()).toHaveProperty('nodeKey');
  named = false;
  expect(await keys.newest()).toMatchObject({ refused: 'no-node-key', lie: true });
});
