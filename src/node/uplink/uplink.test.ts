/** A proven day becomes one statement on the main chain, with a real proof of circuit net, whatever is killed or refused on the way. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { address, IndexRows, seededInts } from '../../../test/kit/books/index-rows.ts';
import { testNodeKey } from '../../../test/kit/chain.ts';
import { KEYS } from '../../../test/kit/development-keys.ts';
import { recording } from '../../../test/kit/light/recorded-evidence.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { readValidatorSet } from '../../protocol/comet/index.ts';
import { fieldToBytes } from '../../protocol/index.ts';
import { register } from '../../protocol/messages/main-messages.ts';
import { MsgCloseDay } from '../../protocol/messages/messages.ts';
import type { EncodedMessage } from '../../protocol/messages/sign.ts';
import { openBox } from '../../protocol/meter/seal.ts';
import { decodeStatement } from '../../protocol/meter/statement.ts';
import { connect, type Sql } from '../db/index.ts';
import { netInput } from '../proofs/main-inputs.ts';
import { proveInput } from '../proofs/pool.ts';
import { createProver, type Prover } from '../proofs/prover.ts';
import { keepBox, nextDay, noteDays, uplinkDays } from './days.ts';
import type { MainChain } from './main-chain.ts';
import { keepClientFresh, noteFates, type SendOptions, sendNextDay } from './send.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const DAY = 20_635;
const UPLINK = address('uplink');
const MAIN = 'electra-main-5eed0002';
const nodeKey = testNodeKey();
const quiet = { info: () => undefined, warn: () => undefined };
let database: TestPostgres;
let index: IndexRows;
let sql: Sql;
let prover: Prover;

beforeAll(async () => {
  database = await startTestPostgres();
  const meters = [{ meter: address('meter'), member: address('member'), maxWh: 5000 }];
  index = await IndexRows.create({ indexerUrl: database.urls.indexer, nodeKey: Buffer.from(nodeKey.publicKey).toString('hex'), meters });
  sql = connect({ url: database.urls.books, max: 3, application: 'test uplink' });
  prover = await createProver(KEYS);
});
afterAll(async () => {
  prover?.close();
  await sql?.end();
  await index?.end();
  await database?.stop();
});

const line = () => ({ chainId: index.chainId, mainChainId: MAIN, uplink: UPLINK, capacityWh: 6_000 });
const noting = () => ({ sql, line: line(), days: { from: DAY }, netInput, log: quiet });
const int = seededInts(9);
const series = (most: number): number[] => Array.from({ length: 96 }, () => int(most));

/** A day whose book is anchored; and proven, in the index, unless it is said otherwise. */
async function bookedDay(day: number, { proven = true, most = 3_000 } = {}): Promise<void> {
  const bytes = Buffer.from(String(day).padStart(32, '0'));
  await sql`insert into books.day (day, version, state, roster_digest, frozen_unix_s, book, book_hash, proofs, total_import_wh,
      total_export_wh, totals_blinding, mask_sum, anchor_height)
    values (${day}, 1, 'anchored', ${bytes}, 0, '{}', ${bytes}, '{}', ${series(most)}, ${series(3_000)}, 77, 99, 1)`;
  if (proven) await index.prove(day, 1);
}

/** A main chain of one node that keeps what it takes. */
function mainOf(
  refuse: (message: EncodedMessage) => { codespace: string; code: number } | null = () => null,
  { die = false, lies = false } = {},
) {
  const sent: EncodedMessage[] = [];
  const taken = new Map<number, Uint8Array>();
  const frozen = new Set<number>();
  const left = { times: 0 };
  const kept = { uplink: UPLINK, height: 150n, hash: randomBytes(32), unixNs: 0n, nextValidatorsHash: randomBytes(32) };
  const main: MainChain & { taken: typeof taken; sent: typeof sent; frozen: typeof frozen; left: typeof left } = {
    ...{ taken, sent, frozen, left },
    chainUnixS: async () => 0,
    meter: async () => undefined,
    community: async () => ({ community: { suspended: '' } as never, latest: kept }),
    pending: async () => [],
    sealingKey: async () => ({ epoch: 3, key: nodeKey.publicKey }),
    leave: () => void left.times++,
    async send(messages) {
      sent.push(...messages);
      const refusal = refuse(messages[0]);
      if (refusal) return { txHash: 'AA', height: 0, ...refusal, log: 'said why' };
      if (messages[0].typeUrl.endsWith('CloseDay')) {
        const { day, commitment } = MsgCloseDay.decode(messages[0].value);
        if (taken.has(day)) return { txHash: 'AA', height: 0, codespace: 'meter', code: 23, log: 'closed already' };
        if (!lies) taken.set(day, commitment);
      }
      if (die) throw new Error('killed');
      return { txHash: 'AA', height: 9, codespace: '', code: 0, log: '' };
    },
  };
  return main;
}

const chain = recording();
const shown = chain.blocks.find(({ header }) => Number(header.height) === chain.state + 1)!;
const validators = readValidatorSet(chain.sets[shown.header.validators_hash]);
const sending = (main: ReturnType<typeof mainOf>, log: SendOptions['log'] = quiet): SendOptions => ({
  ...{ sql, main, line: line(), log },
  view: { commitment: async (day) => main.taken.get(day), isFrozen: async (day) => main.frozen.has(day) },
  evidence: async ({ keys = [] }) => ({ ...shown, validators, proofs: keys.map(() => chain.proofs.params.ops) }),
});
async function proveAll(): Promise<void> {
  for (const { id } of await sql<{ id: string }[]>`select id from prove.input`) await proveInput(sql, prover, id);
}
const again = () => sql`update books.uplink_day set sent_at = sent_at - interval '1 hour' where done_at is null`;
const stateOf = async (day: number) => (await uplinkDays(sql)).find((one) => one.day === day);

let day = DAY - 1;
beforeEach(() => {
  day++;
});

test('a day is noted once, when its book is proven, and not before', async () => {
  await bookedDay(day, { proven: false });
  expect(await noteDays(noting(), new Set())).toBe(0);
  await index.prove(day, 1);
  const both = await Promise.all([noteDays(noting(), new Set()), noteDays(noting(), new Set())]);
  expect(both.reduce((a, b) => a + b)).toBeGreaterThan(0);
  expect(await sql`select circuit, version from prove.input where day = ${day}`).toEqual([{ circuit: 'net', version: 0 }]);
  expect(await stateOf(day)).toEqual({ day, state: 'proving', error: null });
  await expect(sql`update books.uplink_day set commitment = 1 where day = ${day}`).rejects.toThrow('can no longer change');
});

test('it is sent with evidence and a real proof, and its box opens to what is committed to', async () => {
  await proveAll();
  const main = mainOf();
  expect(await sendNextDay(sending(main))).toBe(1);
  const message = MsgCloseDay.decode(main.sent[0].value);
  expect([message.meter, message.day, message.keyEpoch, message.netProof.length]).toEqual([UPLINK, DAY, 3, 128]);
  const opened = openBox(message.sealed, nodeKey.publicKey, nodeKey.privateKey);
  const statement = decodeStatement(opened, { chainId: MAIN, meter: UPLINK, keyEpoch: 3, at: DAY });
  expect([statement.importStartWh, statement.exportStartWh]).toEqual([0n, 0n]);
  expect(statement.importWh.every((wh, i) => wh === 0 || statement.exportWh[i] === 0)).toBe(true);
  const [row] = await sql`select * from books.day where day = ${DAY}`;
  expect(statement.importWh.map((wh, i) => wh - statement.exportWh[i])).toEqual(
    row.total_import_wh.map((wh: number, i: number) => wh - row.total_export_wh[i]),
  );
  expect(await stateOf(DAY)).toMatchObject({ state: 'sending', error: null });
  expect(await noteFates(sending(main))).toBe(1);
  expect(await stateOf(DAY)).toMatchObject({ state: 'stated', error: null });
  expect(await sendNextDay(sending(main))).toBe(0);
});

test('killed after it was sent and before that was noted, it is not sent again', async () => {
  await bookedDay(day);
  await noteDays(noting(), new Set());
  await proveAll();
  const main = mainOf(undefined, { die: true });
  await expect(sendNextDay(sending(main))).rejects.toThrow('killed');
  expect(await stateOf(day)).toMatchObject({ state: 'sending' });
  expect(await noteFates(sending(main))).toBe(1);
  expect(await sendNextDay(sending(main))).toBe(0);
  expect(main.sent).toHaveLength(1);
  expect(await stateOf(day)).toMatchObject({ state: 'stated' });
});

test('a node’s word that a day is taken or there ends nothing: it is sent again, to others, until the index shows it', async () => {
  await bookedDay(day);
  await noteDays(noting(), new Set());
  await proveAll();
  const liar = mainOf(undefined, { lies: true });
  expect(await sendNextDay(sending(liar))).toBe(1);
  expect([await noteFates(sending(liar)), await sendNextDay(sending(liar))]).toEqual([0, 0]); // not at once
  expect(await stateOf(day)).toMatchObject({ state: 'sending', error: null });
  await again();
  const another = mainOf(() => ({ codespace: 'meter', code: 23 }));
  expect([await sendNextDay(sending(another)), another.left.times]).toEqual([1, 1]);
  expect(await stateOf(day)).toMatchObject({ state: 'sending', error: expect.stringContaining('index') });
  await again();
  const honest = mainOf();
  expect([await sendNextDay(sending(honest)), honest.left.times, honest.taken.size]).toEqual([1, 1, 1]);
  await noteFates(sending(honest));
  expect(await stateOf(day)).toMatchObject({ state: 'stated', error: null });
});

test('a refusal is kept by its name, said once, tried again later; a box is sealed anew only to another key', async () => {
  await bookedDay(day);
  await noteDays(noting(), new Set());
  await proveAll();
  const said: string[] = [];
  const log = { info: () => undefined, warn: (_: object, text: string) => void said.push(text) };
  const main = mainOf(() => ({ codespace: 'register', code: 9 }));
  expect(await sendNextDay(sending(main, log))).toBe(0);
  expect(await sendNextDay(sending(main, log))).toBe(0); // not at once
  await again();
  await sendNextDay(sending(main, log));
  expect(said).toEqual([
    expect.stringMatching(/^the main chain did not take the day: register 9: said why\. .* ran out: `electra uplink join` again/),
  ]);
  const boxes = main.sent.map(({ value }) => Buffer.from(MsgCloseDay.decode(value).sealed).toString('hex'));
  expect([boxes.length, new Set(boxes).size]).toEqual([2, 1]);
  await again();
  const rotated = { ...main, sealingKey: async () => ({ epoch: 4, key: nodeKey.publicKey }) };
  await sendNextDay(sending(rotated, log));
  expect(MsgCloseDay.decode(main.sent[2].value).keyEpoch).toBe(4);
  expect((await nextDay(sql))?.day).toBeUndefined();
});

test('a day is missed when it certainly is frozen without a statement, and not by a node’s word; the next one is sent', async () => {
  await again();
  const main = mainOf(({ value }) => (MsgCloseDay.decode(value).day === day - 1 ? { codespace: 'meter', code: 25 } : null));
  expect([await sendNextDay(sending(main)), await noteFates(sending(main))]).toEqual([0, 0]);
  expect(await stateOf(day - 1)).toMatchObject({ state: 'sending', error: 'meter 25: said why' });
  main.frozen.add(day - 1);
  expect(await noteFates(sending(main))).toBe(1);
  expect(await stateOf(day - 1)).toMatchObject({ state: 'missed', error: expect.stringContaining('frozen') });
  await expect(keepBox(sql, day - 1, { keyEpoch: 9, sealed: randomBytes(715), secret: randomBytes(32) })).resolves.toHaveLength(0);
});

test('another statement of a day on the main chain ends that day, says what to do, and holds no other day up', async () => {
  await bookedDay(day);
  await bookedDay(day + 500);
  await noteDays(noting(), new Set());
  await proveAll();
  const said: string[] = [];
  const log = { info: () => undefined, warn: (_: object, text: string) => void said.push(text) };
  const main = mainOf();
  main.taken.set(day, fieldToBytes(5n));
  expect([await noteFates(sending(main, log)), await sendNextDay(sending(main, log))]).toEqual([1, 1]);
  expect(main.sent.map(({ value }) => MsgCloseDay.decode(value).day)).toEqual([day + 500]);
  expect(said).toEqual([expect.stringContaining('Restore the backup that it was made from')]);
  expect(await stateOf(day)).toMatchObject({ state: 'other', error: said[0].replace(`day ${day}: `, '') });
  expect(await noteFates(sending(main, log))).toBe(1);
  expect([await stateOf(day + 500), said.length]).toMatchObject([{ state: 'stated' }, 1]);
});

test('a day above the capacity is not stated; that is said once, and the others go on', async () => {
  await bookedDay(day, { most: 200_000 });
  const said: string[] = [];
  const options = { ...noting(), log: { info: () => undefined, warn: (_: object, text: string) => void said.push(text) } };
  const once = new Set<number>();
  expect([await noteDays(options, once), await noteDays(options, once)]).toEqual([0, 0]);
  expect(said).toEqual([expect.stringMatching(/^the day is not shared: slot \d+: expected no more than the 6000 Wh/)]);
});

test('an old header is replaced by a newer one without proofs; a young one is left', async () => {
  const main = mainOf();
  const community = (await main.community())!;
  const said: string[] = [];
  const log = { info: () => undefined, warn: (_: object, text: string) => void said.push(text) };
  const ofAge = (days: number) => {
    const latest = { ...community.latest, unixNs: BigInt(Date.now() - days * 86_400_000) * 1_000_000n };
    return keepClientFresh(sending({ ...main, community: async () => ({ ...community, latest }) }, log), { trustPeriodS: 1_209_600 });
  };
  expect(await ofAge(4)).toBe(1);
  const { uplink, evidence } = register.MsgUpdateClient.decode(main.sent[0].value);
  expect([uplink, evidence?.proofs]).toEqual([UPLINK, []]);
  expect([await ofAge(0), said]).toEqual([0, []]);
  // From one that ran out nothing is gone on: that is said with what to do, and nothing is sent in vain.
  expect([await ofAge(15), main.sent.length, said]).toEqual([0, 1, [expect.stringContaining('`electra uplink join` again')]]);
});

test('fifty days above the capacity stand in no later day’s way', async () => {
  const from = DAY + 1000;
  for (let n = 0; n < 50; n++) await bookedDay(from + n, { most: 200_000 });
  await bookedDay(from + 50);
  const options = { ...noting(), days: { from } };
  const said = new Set<number>();
  expect([await noteDays(options, said), await noteDays(options, said)]).toEqual([0, 1]);
});
