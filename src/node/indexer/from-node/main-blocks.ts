/**
 * What lies in a main chain's blocks and not in its state: what uplinks showed of their own chains with the days that they stated, and the
 * proofs of settled sums (docs/main-chain.md). The state says in which block a sum was settled. Of a statement it says only that it is
 * there: it lies between the end of its day and the freeze, and the headers between tell which blocks have anything in them.
 *
 * A node that leaves one out is found out here, and what it gives instead by the audit.
 */
import { decompressProof } from '../../../protocol/bundle/points.ts';
import { compareAddresses, DAY_S, dayToDate, fieldFromBytes, type SettledSum } from '../../../protocol/index.ts';
import type { MsgCloseDay } from '../../../protocol/messages/generated/electra/meter/v1/tx.ts';
import type { MsgSettle } from '../../../protocol/messages/generated/electra/settlement/v1/tx.ts';
import { mainTypeUrlOf } from '../../../protocol/messages/main-messages.ts';
import { typeUrlOf } from '../../../protocol/messages/table.ts';
import type { MainState } from '../../../reader/light/index.ts';
import type { ShownDay } from '../../shared/community-files.ts';
import { GROUP_BLOCKS, METAS_MAX, type RawBlock } from '../chain/node.ts';
import { hasTransactions } from '../chain/stillness.ts';
import { believed, UntrustedNodeError } from '../errors.ts';
import type { NodeDay } from './day.ts';
import { messagesIn } from './messages.ts';
import { unixSAt, type View } from './view.ts';

/** Blocks of these heights, in groups, rising. */
async function* blocksOf({ target: { node } }: View, heights: readonly number[]): AsyncGenerator<RawBlock> {
  const rising = [...new Set(heights)].sort((a, b) => a - b);
  for (let at = 0; at < rising.length; at += GROUP_BLOCKS) {
    const group = rising.slice(at, at + GROUP_BLOCKS);
    yield* (await node.blocksAt(group, group.at(-1)!)).blocks;
  }
}

/** The first block whose time is a moment or after it, of those up to `top`; `top` + 1 where there is none. */
async function firstSince(view: View, unixS: number, top: number): Promise<number> {
  let [low, high] = [view.genesis.initialHeight, top + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await unixSAt(view, middle)) >= unixS) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Heights of blocks with transactions, by their headers. */
async function filledBlocks({ target: { node } }: View, from: number, to: number): Promise<number[]> {
  const filled: number[] = [];
  for (let at = from; at <= to; at += METAS_MAX) {
    const metas = await node.headers(at, Math.min(at + METAS_MAX - 1, to));
    filled.push(...metas.filter(({ header }) => hasTransactions(header)).map(({ height }) => height));
  }
  return filled;
}

/** Where the statements of days lie; days that overlap are looked through once. */
async function heightsOf(view: View, days: readonly NodeDay[]): Promise<number[]> {
  const heights: number[] = [];
  let next = 0;
  for (const { day, roster } of days) {
    const from = Math.max(next, await firstSince(view, (day + 1) * DAY_S, roster.height));
    heights.push(...(await filledBlocks(view, from, roster.height)));
    next = Math.max(next, roster.height + 1);
  }
  return heights;
}

/** What an uplink showed with each statement that these days' rosters have, in the order of blocks. `days`: rising */
export async function shownDays(view: View, days: readonly NodeDay[], { register }: MainState): Promise<ShownDay[]> {
  const due = new Map(
    days.flatMap(({ day, roster }) =>
      roster.roster.meters.flatMap(({ meter, commitment }) => (commitment === null ? [] : [[`${day}/${meter}`, commitment] as const])),
    ),
  );
  const chainOf = new Map(register.communities.map(({ uplink, chainId }) => [uplink, chainId]));
  const shown: ShownDay[] = [];
  for await (const block of blocksOf(view, await heightsOf(view, days))) {
    const closed = messagesIn<MsgCloseDay>(block, typeUrlOf('CloseDay')).sort((a, b) => a.day - b.day);
    for (const { day, meter, commitment, evidence, netProof } of closed) {
      const chainId = chainOf.get(meter);
      if (chainId === undefined || due.get(`${day}/${meter}`) !== fieldFromBytes(commitment)) continue;
      due.delete(`${day}/${meter}`);
      shown.push({ chain_id: chainId, uplink: meter, day, evidence, net_proof: netProof });
    }
  }
  const { node } = view.target;
  const missing = [...due.keys()].map((place) => place.split('/')).find(([, meter]) => chainOf.has(meter));
  // Days from before a chain's first block lie in no block of it; the audit says what of them is not shown.
  const isOld = missing && (await unixSAt(view, view.genesis.initialHeight)) >= (Number(missing[0]) + 1) * DAY_S;
  if (missing && !isOld)
    throw new UntrustedNodeError(
      'untrusted-node',
      node.name,
      `${dayToDate(Number(missing[0]))}: the statement of ${missing[1]} that its state has is not in its blocks`,
    );
  return shown;
}

/** The sums that were settled of weeks, with their proofs, as settlements.json has them. */
export async function settledSums(view: View, { settlement }: MainState, isWanted: (fromDay: number) => boolean): Promise<SettledSum[]> {
  const { node } = view.target;
  const entries = settlement.entries.filter(({ fromDay, height }) => isWanted(fromDay) && Number(height) >= view.genesis.initialHeight);
  const due = new Set(entries.map(({ fromDay, uplink }) => `${fromDay}/${uplink}`));
  const heights = entries.map(({ height }) => Number(height));
  const sums: SettledSum[] = [];
  for await (const block of blocksOf(view, heights))
    for (const { fromDay, entries: settled } of messagesIn<MsgSettle>(block, mainTypeUrlOf('Settle')))
      for (const { uplink, amountNel, sumProof } of settled)
        if (due.delete(`${fromDay}/${uplink}`)) {
          const proof = believed(node, `sum of ${uplink}`, () => decompressProof(sumProof, 'sum_proof'));
          sums.push({ fromDay, uplink, amountNel, proof });
        }
  const [missing] = due;
  if (missing !== undefined)
    throw new UntrustedNodeError('untrusted-node', node.name, `the settled sum ${missing} that its state has is not in the block it names`);
  return sums.sort((a, b) => a.fromDay - b.fromDay || compareAddresses(a.uplink, b.uplink));
}
