/** A real chain on which every kind of message was said once: what the index is tested on. */
import { randomBytes } from 'node:crypto';
import * as query from '../../../src/protocol/messages/generated/electra/meter/v1/query.ts';
import type { TestChain } from '../chain.ts';
import { message, startTestChain, testAccount, testNodeKey } from '../chain.ts';
import { firstAnswer, until } from '../until.ts';

export const commitment = (): Buffer => Buffer.concat([Buffer.alloc(1), randomBytes(31)]);

/** What was said, to be found in the tables. Heights are those of inclusion. */
export interface Said {
  reports: { height: number; slots: number[]; sealed: Buffer[] };
  close: { height: number; day: number; commitment: Buffer; sealed: Buffer };
  enrolled: { height: number; address: string; member: string; firstDay: number };
  retired: { address: string; lastDay: number };
  nodeKey: { height: number; key: Buffer };
  tariff: { height: number; fromDay: number };
  dispute: { height: number };
  anchor: { height: number; bookHash: Buffer };
  noBill: { opened: number; withdrawn: number };
}

export interface LivedChain {
  chain: TestChain;
  said: Said;
  height: number;
}

/** Chain time runs this much faster than real time: a day in nine seconds. */
export const RATE = 10_000;
/** 2026-07-02T00:00:10Z */
export const START_UNIX_S = 1_782_950_410;

/** One validator (also a meter) and two light meters; the day that ended first is frozen, early and late. */
export async function startLivedChain(): Promise<LivedChain> {
  const chain = await startTestChain({
    lightMeters: 2,
    clock: { startUnixS: START_UNIX_S, rate: RATE },
    params: { graceS: 80_000, graceBlocks: 10, lateS: 80_000 },
  });
  const [reporter, closer, leaver] = chain.meters;
  // The day that ended last, not the chain's first: on a busy machine that one is frozen before anything can be said.
  const { day, slots } = await justEnded(chain);
  const today = day + 1;
  const reportBoxes = slots.map(() => randomBytes(112));
  const closing = { day, commitment: commitment(), sealed: randomBytes(715) };
  const [reports, close] = await Promise.all([
    chain.send(
      reporter,
      slots.map((slot, i) => message('Report', { meter: reporter.address, slot, keyEpoch: 1, sealed: reportBoxes[i] })),
    ),
    chain.send(closer, [message('CloseDay', { meter: closer.address, keyEpoch: 1, ...closing })]),
  ]);
  const said = await operate(chain, leaver.address, today);
  await until(async () => (await frozenDays(chain)).early > day, 30_000, 'the roster of yesterday');
  await until(async () => (await frozenDays(chain)).late > day, 30_000, 'the late roster of yesterday');
  const by = { operator: chain.operator.address };
  const about = { meter: closer.address, day };
  const bookHash = randomBytes(32);
  const dispute = await chain.send(chain.operator, [message('DisputeDay', { ...by, ...about, reason: 'commitment-mismatch' })]);
  const book = (of: number, hash: Buffer) => message('AnchorBook', { ...by, day: of, version: 1, bookHash: hash, totals: commitment() });
  for (let earlier = chain.firstDay; earlier < day; earlier++) await chain.send(chain.operator, [book(earlier, randomBytes(32))]);
  const anchor = await chain.send(chain.operator, [book(day, bookHash)]);
  const member = closer.member;
  const opened = await chain.send(member, [message('NoBill', { member: member.address, ...about })]);
  const withdrawn = await chain.send(member, [message('WithdrawNoBill', { member: member.address, ...about })]);
  const height = withdrawn.height + 3;
  await chain.reach(height + 1);
  return {
    chain,
    height,
    said: {
      ...said,
      reports: { height: reports.height, slots, sealed: reportBoxes },
      close: { height: close.height, ...closing },
      dispute: { height: dispute.height },
      anchor: { height: anchor.height, bookHash },
      noBill: { opened: opened.height, withdrawn: withdrawn.height },
    },
  };
}

async function operate(
  chain: TestChain,
  leaver: string,
  today: number,
): Promise<Pick<Said, 'enrolled' | 'retired' | 'nodeKey' | 'tariff'>> {
  const by = { operator: chain.operator.address };
  const newcomer = { meter: testAccount().address, member: testAccount().address, firstDay: today + 8 };
  const key = Buffer.from(testNodeKey().publicKey);
  const flat = (price: bigint) => Array<bigint>(96).fill(price);
  const { height } = await chain.send(chain.operator, [
    message('EnrolMeter', { ...by, ...newcomer, maxWhPerSlot: 900 }),
    message('RetireMeter', { ...by, meter: leaver, lastDay: today + 4 }),
    chain.nodeKeyMessage(2, key),
    message('SetTariff', {
      ...by,
      fromDay: today + 9,
      rule: 'mid-market/1',
      retailNelPerWh: flat(310_000n),
      feedInNelPerWh: flat(-20_000n),
      feePerDayNel: 1n,
    }),
  ]);
  return {
    enrolled: { height, address: newcomer.meter, member: newcomer.member, firstDay: newcomer.firstDay },
    retired: { address: leaver, lastDay: today + 4 },
    nodeKey: { height, key },
    tariff: { height, fromDay: today + 9 },
  };
}

/** The day that ended last, once it did so less than four hours ago, and the three slots before now. Both can still be sent for a while. */
export async function justEnded(chain: TestChain): Promise<{ day: number; slots: number[] }> {
  const justNow = async () => {
    const { chainUnixS } = await chain.chain.status();
    return chainUnixS % 86_400 < 14_400 ? chainUnixS : undefined;
  };
  const now = await firstAnswer(justNow, 30_000, 'a day that just ended');
  return { day: Math.floor(now / 86_400) - 1, slots: [3, 2, 1].map((ago) => Math.floor(now / 900) - ago) };
}

/** The next days to freeze. */
export async function frozenDays(chain: TestChain): Promise<{ early: number; late: number }> {
  const { value } = await chain.rpc.query('/electra.meter.v1.Query/Status', query.QueryStatusRequest.encode({}).finish());
  const { nextFreezeDay, nextLateDay } = query.QueryStatusResponse.decode(value);
  return { early: nextFreezeDay, late: nextLateDay };
}
