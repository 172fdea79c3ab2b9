/** A sealing key on the chain that is not the vault's: noted where /ready and the doctor look, as long as it stands. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Community, community } from '../../../../test/kit/books/community.ts';
import { noteForeignKeys } from './sealing-alarm.ts';

let c: Community;
beforeAll(async () => {
  c = await community(4);
});
afterAll(() => c.stop());
const alarms = () => c.sql<{ kind: string; detail: string }[]>`select kind, detail from books.alarm`;
const onChain = (key: string) => c.sql`select 1 from chain.node_key where encode(key, 'hex') = ${key}`;

test('of the vault’s own keys nothing is said', async () => {
  expect(await onChain(c.folder.epoch1PublicKey)).toHaveLength(1);
  expect(await noteForeignKeys(c.sql, c.vault)).toBe(0);
  expect(await alarms()).toEqual([]);
});

test('another key of an epoch, or an epoch that the vault does not know, stands there until the vault has it', async () => {
  const status = await c.vault.status();
  const without = { ...c.vault, status: async () => ({ ...status, epochs: [] }) };
  const other = { ...c.vault, status: async () => ({ ...status, epochs: [{ ...status.epochs[0], publicKey: 'ab'.repeat(32) }] }) };
  const seen = { ...c.vault, status: async () => ({ ...status, foreign: [7] }) };
  for (const [vault, epoch] of [
    [without, 1],
    [other, 1],
    [seen, 7],
  ] as const) {
    expect(await noteForeignKeys(c.sql, vault)).toBe(1);
    expect(await alarms()).toEqual([{ kind: 'foreign-sealing-key', detail: expect.stringContaining(`(epoch ${epoch})`) }]);
  }
  expect(await noteForeignKeys(c.sql, c.vault)).toBe(0);
  expect(await alarms()).toEqual([]);
});
