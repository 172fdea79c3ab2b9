/** An anchored book goes to the chain with its proofs: in order, in parts, through crashes and refusals. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builders, type Community, community, indexSigner, passes, pretendProofs, quiet } from '../../../test/kit/books/community.ts';
import { closing, seededInts, someStatement } from '../../../test/kit/books/index-rows.ts';
import { decodeWhole, encodeProofs } from '../../protocol/index.ts';
import type { Statement } from '../../protocol/meter/statement.ts';
import type { OperatorMessage } from '../signer/client.ts';
import { sendOutbox, settleOutbox } from './outbox.ts';
import { advanceDays } from './pipeline.ts';
import { proveBooks } from './prove.ts';

let c: Community;
const int = seededInts(5);
const first = 20_635;
const last = new Map<string, Statement>();

/** Three days, anchored; nothing is sent of their proofs. */
beforeAll(async () => {
  c = await community(2);
  for (let day = first; day < first + 3; day++) {
    for (const { meter } of c.meters) {
      const before = last.get(meter);
      const statement = someStatement(day, int, before && closing(before));
      last.set(meter, statement);
      await c.index.statement(meter, { statement });
    }
    await c.index.freeze(day);
    await c.openAll();
    for (let idle = 0; idle < 2; ) {
      const steps =
        (await advanceDays({ sql: c.sql, builders, audit: passes, log: quiet })) +
        (await pretendProofs(c.sql)) +
        (await sendOutbox(c.sql, indexSigner(c.index), quiet)) +
        (await settleOutbox(c.sql));
      idle = steps === 0 ? idle + 1 : 0;
    }
  }
}, 120_000);
afterAll(() => c.stop());
/** As if nothing had ever been sent: the books' role takes no row of the outbox away. */
async function forget(): Promise<void> {
  await c.sql`update books.outbox set done_at = null, sent_at = null, error = null, attempts = 0 where id like 'prove:%'`;
  await c.index.sql`delete from chain.proven_book`;
}
beforeEach(forget);

interface Row {
  error: string | null;
  attempts: number;
  done: boolean;
}
const rows = async (): Promise<Record<string, Row>> =>
  Object.fromEntries(
    (
      await c.sql<
        (Row & { id: string })[]
      >`select id, error, attempts, done_at is not null as done from books.outbox where id like 'prove:%' order by id`
    ).map(({ id, ...row }) => [id.replace(`prove:${first}`, 'first'), row]),
  );
const partsOf = (sent: readonly OperatorMessage[][]) => sent.map(([{ value }]) => [Number(value.day) - first, value.part, value.parts]);
const later = () => c.sql`update books.outbox set sent_at = sent_at - interval '10 minutes' where id like 'prove:%'`;
const wholeOf = (sent: readonly OperatorMessage[][]) =>
  decodeWhole(Buffer.concat(sent.map(([{ value }]) => Buffer.from(String(value.bytes), 'base64'))));

describe('proving', () => {
  test('sends each day once, in order, book and proofs byte for byte, and is done when the index shows it', async () => {
    const signer = indexSigner(c.index);
    expect(await proveBooks(c.sql, signer, quiet)).toBe(3);
    expect(partsOf(signer.sent)).toEqual([
      [0, 0, 1],
      [1, 0, 1],
      [2, 0, 1],
    ]);
    const [{ book, proofs }] = await c.sql`select book, proofs from books.day where day = ${first + 1}`;
    const whole = wholeOf([signer.sent[1]]);
    expect([whole.bookText, encodeProofs(whole.proofs)]).toEqual([book, proofs]);
    expect(await proveBooks(c.sql, signer, quiet)).toBe(3);
    expect(await proveBooks(c.sql, signer, quiet)).toBe(0);
    expect(signer.sent).toHaveLength(3);
    expect(Object.values(await rows()).every(({ done, error }) => done && error === null)).toBe(true);
  });

  test('waits with a day for the one before it, whatever that one is refused by, and tells the code', async () => {
    const said: string[] = [];
    const log = { info: () => {}, warn: (_: object, message: string) => void said.push(message) };
    const refusing = indexSigner(c.index, { refuse: ({ value }) => (value.day === first ? 'a proof does not hold' : null), code: 136 });
    expect(await proveBooks(c.sql, refusing, log)).toBe(0);
    expect(await proveBooks(c.sql, refusing, log)).toBe(0); // not at once again
    await later();
    expect(await proveBooks(c.sql, refusing, log)).toBe(0);
    expect(partsOf(refusing.sent)).toEqual([
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(said).toEqual(["the chain did not take the book's proofs: meter 136: a proof does not hold"]);
    expect(await rows()).toMatchObject({ 'first:1': { error: 'meter 136: a proof does not hold', attempts: 2, done: false } });
    await later();
    expect(await proveBooks(c.sql, indexSigner(c.index), log)).toBe(3);
  });

  test.each([123, 137, 138])('takes %i for what passes by itself', async (code) => {
    const said: string[] = [];
    const refusing = indexSigner(c.index, { refuse: () => 'later', code });
    await proveBooks(c.sql, refusing, { info: () => {}, warn: (_, message) => void said.push(message) });
    expect(said).toEqual([]);
    await later();
    expect(await proveBooks(c.sql, indexSigner(c.index), quiet)).toBe(3);
  });

  test('sends a large whole in parts, and from the first again after a crash at any of them', async () => {
    for (let crash = 0; crash < 3; crash++) {
      await forget();
      const signer = indexSigner(c.index);
      const dying = {
        ...signer,
        submit: async (messages: readonly OperatorMessage[]) => {
          const answer = await signer.submit(messages);
          if (messages[0].value.part === crash) throw Object.assign(new Error('killed'), { code: 'unreachable' });
          return answer;
        },
      };
      const bytes = 2000;
      await expect(proveBooks(c.sql, dying, quiet, bytes)).rejects.toMatchObject({ code: 'unreachable' });
      const before = signer.sent.length;
      expect(before).toBe(crash + 1);
      await proveBooks(c.sql, signer, quiet, bytes);
      await later();
      await proveBooks(c.sql, signer, quiet, bytes);
      const again = signer.sent.slice(before).filter(([{ value }]) => value.day === first);
      const proven = await c.index.sql`select id from chain.proven_book order by id`;
      expect(proven.map(({ id }) => id)).toEqual([0, 1, 2].map((n) => `${first + n}-1`));
      if (again.length > 0) expect(partsOf(again)).toEqual(again.map((_, part) => [0, part, again.length]));
      else expect(crash).toBe(2); // the last part was taken: the index shows it, nothing is sent twice
    }
  });

  test('takes "proven already" for what it says, where the index does not show it yet', async () => {
    const refusing = indexSigner(c.index, { refuse: ({ value }) => (value.day === first ? 'book already proven' : null), code: 122 });
    await proveBooks(c.sql, refusing, quiet);
    expect(await rows()).toMatchObject({ 'first:1': { error: null, attempts: 1 } });
  });

  test('leaves everything as it is while the signer is away', async () => {
    const away = {
      ...indexSigner(c.index),
      submit: async () => {
        throw Object.assign(new Error('away'), { code: 'unreachable' });
      },
    };
    await expect(proveBooks(c.sql, away, quiet)).rejects.toMatchObject({ code: 'unreachable' });
    expect(Object.values(await rows()).map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
  });

  test('gives a day up that is void, and goes on with the next', async () => {
    const [{ chain_unix_s: now }] = await c.index.sql`select chain_unix_s from chain.cursor`;
    await c.index.sql`update chain.roster set unix_s = unix_s - 2000000 where day = ${first}`;
    const signer = indexSigner(c.index);
    await proveBooks(c.sql, signer, quiet);
    expect(partsOf(signer.sent).map(([day]) => day)).toEqual([1, 2]);
    expect(await rows()).toMatchObject({ 'first:1': { done: true, error: expect.stringContaining('void'), attempts: 0 } });
    await c.index.sql`update chain.roster set unix_s = unix_s + 2000000 where day = ${first}`;
    expect(Number(now)).toBeGreaterThan(0);
  });
});
