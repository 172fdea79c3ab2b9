/**
 * Relay's pages: rows in a fixed order, and a cursor that names the place of a row in it (never a number of rows to skip, which would shift
 * when rows come in). A cursor is the sort key, so that the database continues by index.
 */
import { SLOTS_PER_DAY } from '../../protocol/values/time.ts';
import { badInput } from './errors.ts';
import { LIMITS } from './limits.ts';

export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

export interface Connection<T> {
  edges: { node: T; cursor: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

type KeyPart = 'int' | 'text';
type Key = readonly (number | string)[];

const encode = (key: Key): string => Buffer.from(key.join('/')).toString('base64url');

function decode(cursor: string, shape: readonly KeyPart[]): Key {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const parts = text.split('/');
  const valid =
    cursor.length <= 300 &&
    Buffer.from(text).toString('base64url') === cursor &&
    parts.length === shape.length &&
    parts.every((part, i) =>
      shape[i] === 'text' ? /^[\x20-\x7e]*$/.test(part) : /^(0|-?[1-9]\d{0,9})$/.test(part) && Math.abs(Number(part)) < 2 ** 31,
    );
  if (!valid) throw badInput('after', 'a cursor of this list');
  return parts.map((part, i) => (shape[i] === 'int' ? Number(part) : part));
}

/**
 * One page. `read` gets the key to continue after (null at the beginning) and the number of rows wanted, which is one more than the page
 * holds: it says whether there is a next one.
 */
export async function page<T>(
  args: PageArgs,
  {
    shape,
    keyOf,
    max = LIMITS.page,
    read,
  }: {
    shape: readonly KeyPart[];
    keyOf: (row: T) => Key;
    max?: number;
    read: (after: Key | null, limit: number) => Promise<readonly T[]> | readonly T[];
  },
): Promise<Connection<T>> {
  const first = args.first ?? Math.min(LIMITS.pageDefault, max);
  if (first < 1 || first > max) throw badInput('first', `1 … ${max}`);
  const rows = await read(args.after == null ? null : decode(args.after, shape), first + 1);
  const edges = rows.slice(0, first).map((node) => ({ node, cursor: encode(keyOf(node)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: args.after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The last day all of whose slots are 31-bit numbers, as Postgres and GraphQL's Int hold them. */
const LAST_DAY = Math.floor(2 ** 31 / SLOTS_PER_DAY) - 1;

/** Days from `from` to `to`, both included and both optional. */
export function dayRange(args: { from?: number | null; to?: number | null }, maxDays?: number): { from: number; to: number } {
  const from = args.from ?? 0;
  const to = args.to ?? LAST_DAY;
  if (to < from) throw badInput('to', 'a day not before `from`');
  if (maxDays !== undefined && to - from + 1 > maxDays) throw badInput('to', `at most ${maxDays} days from \`from\``);
  return { from, to };
}
