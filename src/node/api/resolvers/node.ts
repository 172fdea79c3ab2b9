/** `node(id)`: each type behind the same lock as everywhere else. What the viewer may not see is null, like what does not exist. */
import type { Context } from '../context.ts';
import { mayRead } from '../guard.ts';
import type { NodeType } from '../ids.ts';
import { keyInt, parseGlobalId } from '../ids.ts';
import { readPostings } from '../rows/account.ts';
import { book, roster } from './audit.ts';
import { ownBill } from './bills.ts';

type Find = (key: string[], context: Context) => Promise<object | null> | null;

const FIND: Record<NodeType, Find> = {
  PriceDay: ([day], { loaders }) => (keyInt(day) === null ? null : loaders.prices.load(keyInt(day)!)),
  Meter: ([address], { loaders }) => (address ? loaders.meter.load(address) : null),
  Bill: ([day, version, meter], context) =>
    keyInt(day) === null || keyInt(version) === null || !meter
      ? null
      : ownBill({ day: keyInt(day)!, version: keyInt(version)!, meter }, context),
  Posting: async ([id], { tx }) =>
    keyInt(id) === null
      ? null
      : ((await readPostings(tx, tx.viewer!.address, { from: 0, to: 2 ** 31 - 1, only: id, limit: 1 }))[0] ?? null),
  Book: ([day, version], context) =>
    keyInt(day) === null || keyInt(version) === null ? null : book({ day: keyInt(day)!, version: keyInt(version)! }, context),
  Roster: ([day, late], context) =>
    keyInt(day) === null || !['0', '1'].includes(late) ? null : roster({ day: keyInt(day)!, late: late === '1' }, context),
};

export async function node(
  _: unknown,
  { id }: { id: string },
  context: Context,
  info: Parameters<typeof mayRead>[0],
): Promise<object | null> {
  const { type, key } = parseGlobalId(id);
  if (!mayRead(info, type, context)) return null;
  const found = await FIND[type](key, context);
  return found && { __typename: type, ...found };
}
