/** The open streams by themselves: how many there may be, at which pace they are told, and how they end. */
import { describe, expect, test } from 'vitest';
import { until } from '../../../../test/kit/until.ts';
import { type Hint, type StreamOwner, Streams } from './streams.ts';

let owners = 0;
const owner = (over: Partial<StreamOwner> = {}): StreamOwner => {
  const n = owners++;
  return {
    tokenHash: Buffer.from(String(n).padStart(32)),
    address: `address ${n}`,
    client: `client ${n}`,
    meters: [`meter ${n}`],
    expiresAt: new Date(Date.now() + 60_000),
    ...over,
  };
};
const FREE = { all: 100, perViewer: 100, perClient: 100, burst: 100, perSecond: 1_000 };

/** Reads a stream to its end; `heard` grows as it goes. */
function follow(stream: AsyncIterableIterator<Hint>): { heard: Hint[]; ended: Promise<void> } {
  const heard: Hint[] = [];
  const read = async (): Promise<void> => {
    for await (const hint of stream) heard.push(hint);
  };
  return { heard, ended: read() };
}
const refusal = (open: () => unknown): string => {
  try {
    open();
    return 'opened';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('there are so many streams', () => {
  test('in all, and one more when one has ended', async () => {
    const streams = new Streams({ ...FREE, all: 2 });
    const first = streams.open(owner());
    streams.open(owner());
    expect(refusal(() => streams.open(owner()))).toBe('RATE_LIMITED');
    await first.return!();
    expect(refusal(() => streams.open(owner()))).toBe('opened');
    streams.close();
    expect(refusal(() => streams.open(owner()))).toBe('UNAVAILABLE');
  });
  test('of one person, and of one client, whoever asks there', () => {
    const streams = new Streams({ ...FREE, perViewer: 1, perClient: 1 });
    streams.open(owner({ address: 'a', client: 'one' }));
    expect(refusal(() => streams.open(owner({ address: 'a', client: 'two' })))).toBe('RATE_LIMITED');
    expect(refusal(() => streams.open(owner({ address: 'b', client: 'one' })))).toBe('RATE_LIMITED');
    expect(refusal(() => streams.open(owner({ address: 'b', client: 'two' })))).toBe('opened');
    streams.close();
  });
});

describe('hints are given', () => {
  test('to so many at once, and to the others one after the other', async () => {
    const streams = new Streams({ ...FREE, burst: 3, perSecond: 20 });
    const all = Array.from({ length: 9 }, () => follow(streams.open(owner())));
    const told = () => all.filter(({ heard }) => heard.length > 0).length;
    streams.tell('DAY');
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(told()).toBe(3);
    const startMs = performance.now();
    await until(() => told() === 9, 5_000, 'all to be told');
    expect(performance.now() - startMs).toBeGreaterThan(150); // six more at twenty a second
    streams.close();
  });
  test('to nobody while questions wait, and once they do not', async () => {
    let busy = true;
    const streams = new Streams(FREE, () => busy);
    const one = follow(streams.open(owner()));
    streams.tell('DAY');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(one.heard).toEqual([]);
    busy = false;
    await until(() => one.heard.length > 0, 2_000, 'the hint');
    streams.close();
  });
  test('once a topic to whoever reads late, and of meters to their own alone', async () => {
    const streams = new Streams(FREE);
    const [mine, other] = [streams.open(owner({ meters: ['m1'] })), streams.open(owner({ meters: ['m2'] }))];
    for (let i = 0; i < 3; i++) streams.tell('REPORT', ['m1', 'm3']);
    streams.tell('DAY');
    const [a, b] = [follow(mine), follow(other)];
    await until(() => a.heard.length === 2 && b.heard.length === 1, 2_000, 'the hints');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([a.heard, b.heard]).toEqual([['REPORT', 'DAY'], ['DAY']]);
    streams.close();
  });
});

describe('a stream ends', () => {
  test('when its session does by its time, and says so', async () => {
    const streams = new Streams(FREE);
    const one = follow(streams.open(owner({ expiresAt: new Date(Date.now() + 50) })));
    await one.ended;
    expect(one.heard).toEqual(['ENDED']);
    expect(streams.size).toBe(0);
  });
  test('by the name of its token, and no other does', async () => {
    const streams = new Streams(FREE);
    const [mine, other] = [owner(), owner()];
    const one = follow(streams.open(mine));
    follow(streams.open(other));
    streams.end(Buffer.from(mine.tokenHash).toString('hex'));
    await one.ended;
    expect([one.heard, streams.size]).toEqual([['ENDED'], 1]);
    streams.close();
  });
  test('where the database no longer knows its session, and follows the meters of one that it knows', async () => {
    const streams = new Streams(FREE);
    const [gone, stays] = [owner(), owner({ meters: ['old'] })];
    const [a, b] = [follow(streams.open(gone)), follow(streams.open(stays))];
    await streams.check(async () => new Map([[Buffer.from(stays.tokenHash).toString('hex'), ['new']]]));
    await a.ended;
    streams.tell('REPORT', ['old']);
    streams.tell('REPORT', ['new']);
    await until(() => b.heard.length > 0, 2_000, 'the hint');
    expect([a.heard, b.heard, streams.size]).toEqual([['ENDED'], ['REPORT'], 1]);
    streams.close();
    await b.ended;
    expect(b.heard).toEqual(['REPORT']); // as if the network had ended it: the page comes again
  });
});
