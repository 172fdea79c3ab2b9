/** What runs here, and what of it never changes: for whoever shows it, and for whoever checks it. */
import { dateOfUnixS, readHead } from '../chain-head.ts';
import type { Context } from '../context.ts';
import { lastReleasedDay } from '../rows/books.ts';
import { readFacts } from '../rows/chain.ts';

export async function service(_: unknown, __: unknown, { tx, service: own }: Context) {
  const head = await readHead(tx, own.now());
  return {
    name: own.name,
    version: own.version,
    chainId: head?.chainId ?? null,
    height: head?.checkedHeight ?? null,
    chainTime: head && dateOfUnixS(head.chainUnixS),
    runBy: null,
    contact: null,
    ...own.facts,
  };
}

type Shown = Awaited<ReturnType<typeof service>>;

/** Before the index has begun there are no tables to ask. */
const known = <T>({ chainId }: Shown, read: () => Promise<T>): Promise<T> | null => (chainId === null ? null : read());

export const Service = {
  genesisHash: (shown: Shown, _: unknown, { tx }: Context) => known(shown, async () => (await readFacts(tx))?.genesis_hash),
  freezesAfterS: (shown: Shown, _: unknown, { tx }: Context) => known(shown, async () => (await readFacts(tx))?.grace_s),
  lateForS: (shown: Shown, _: unknown, { tx }: Context) => known(shown, async () => (await readFacts(tx))?.late_s),
  lastReleasedDay: (shown: Shown, _: unknown, { tx }: Context) => known(shown, () => lastReleasedDay(tx)),
};
