/** What runs here, and what of it never changes: for whoever shows it, and for whoever checks it. */
import { type AnyCircuitName, CIRCUIT_NAMES, MAIN_CIRCUIT_NAMES } from '../../../protocol/circuits.ts';
import { chainUnixS } from '../../../protocol/clock.ts';
import { isDevelopmentKeyId, readVerificationKeys, verificationKeyId } from '../../../protocol/genesis/index.ts';
import { dateOfUnixS, readHead } from '../chain-head.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../pool.ts';
import { lastReleasedDay, type ReleaseTime, readReleaseTimes } from '../rows/books.ts';
import { type ChainFacts, type QueuedRotationRow, readFacts, readGenesisKeys, readOperators, readQueuedRotation } from '../rows/chain.ts';
import { isShared } from '../rows/shared.ts';

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
    origin: own.place?.origin ?? null,
  };
}

type Shown = Awaited<ReturnType<typeof service>>;

/** Before the index has begun there are no tables to ask. */
const known = <T>({ chainId }: Shown, read: () => Promise<T>): Promise<T> | null => (chainId === null ? null : read());

const DAY_S = 86_400;
const RELEASES_ASKED = 14;

/** From a day's end to its release, in chain time: days may be shorter than ours in a demonstration. */
function afterS({ day, released_at }: ReleaseTime, facts: ChainFacts): number {
  const clock = { startUnixS: Number(facts.start_unix_s), rate: Number(facts.rate), genesisUnixS: Number(facts.genesis_unix_s) };
  const releasedMs = released_at.getTime();
  const at = chainUnixS(clock, { timeUnixS: Math.floor(releasedMs / 1000), timeNanos: (releasedMs % 1000) * 1_000_000 });
  return Math.max(0, at - (day + 1) * DAY_S);
}

/** The median of the newest days; null before there is one. */
async function releasesAfterS(tx: Transaction): Promise<string | null> {
  const facts = await readFacts(tx);
  if (!facts) return null;
  const after = (await readReleaseTimes(tx, RELEASES_ASKED)).map((row) => afterS(row, facts)).sort((a, b) => a - b);
  return after.length === 0 ? null : String(after[Math.floor(after.length / 2)]);
}

/** What each chain said once: a genesis may be large, and every page that opens asks. */
const developmentSaid = new WeakMap<Context['service'], { chainId: string; said: boolean }>();

/** One such key is enough to forge what it proves. */
async function hasDevelopmentKeys({ tx, service: own }: Context, chainId: string): Promise<boolean | null> {
  const before = developmentSaid.get(own);
  if (before?.chainId === chainId) return before.said;
  const found = await readGenesisKeys(tx);
  if (found === null) return null;
  const names: readonly AnyCircuitName[] = (await isShared(tx)) ? MAIN_CIRCUIT_NAMES : CIRCUIT_NAMES;
  const keys = readVerificationKeys(found, 'the keys of genesis', names);
  const said = names.some((circuit) => isDevelopmentKeyId(circuit, verificationKeyId(circuit, keys[circuit])));
  developmentSaid.set(own, { chainId, said });
  return said;
}

export const Service = {
  genesisHash: (shown: Shown, _: unknown, { tx }: Context) => known(shown, async () => (await readFacts(tx))?.genesis_hash),
  freezesAfterS: (shown: Shown, _: unknown, { tx }: Context) => known(shown, async () => (await readFacts(tx))?.grace_s),
  lateForS: (shown: Shown, _: unknown, { tx }: Context) => known(shown, async () => (await readFacts(tx))?.late_s),
  operators: (shown: Shown, _: unknown, { tx }: Context) => known(shown, () => readOperators(tx)),
  releasesAfterS: (shown: Shown, _: unknown, { tx }: Context) => known(shown, () => releasesAfterS(tx)),
  lastReleasedDay: (shown: Shown, _: unknown, { tx }: Context) => known(shown, () => lastReleasedDay(tx)),
  developmentKeys: (shown: Shown, _: unknown, context: Context) => known(shown, () => hasDevelopmentKeys(context, shown.chainId!)),
  queuedRotation: (shown: Shown, _: unknown, { tx }: Context) => known(shown, () => readQueuedRotation(tx)),
};

export const QueuedRotation = {
  dueAt: (row: QueuedRotationRow) => dateOfUnixS(Number(row.due_unix_s)),
  address: (row: QueuedRotationRow, _: unknown, { tx }: Context) => (tx.viewer ? row.address : null),
};
