/**
 * What a worker of the check does, off the page's thread: the same code as the command line's, with the browser's random numbers and
 * pairings in plain JavaScript. It fetches nothing but a second file of its own, the member's check: bundles come in, a verdict goes out.
 *
 * Two programs are made of it (worker.ts, main-chain.ts): who checks a community's books
 * does not load what a main chain's audit needs more.
 */
import { isDevelopmentKeyId } from '../../../src/protocol/genesis/index.ts';
import { ElectraError } from '../../../src/protocol/index.ts';
import { isMainBundle } from '../../../src/reader/audit/main/index.ts';
import {
  auditParsed,
  BundleError,
  encodeResume,
  type Files,
  formatVerdict,
  parseBundle,
  parseResume,
  readFiles,
  readZip,
  type Verdict,
} from '../../../src/reader/index.ts';
import { onCores, serve } from './cores.ts';
import type { CheckAnswer, Checked, CheckRequest, CoresRequest, OwnChecked, OwnRequest, PrepareRequest, Source } from './messages.ts';

const SLOTS_A_DAY = 96;

let verifyClaims = onCores([]);

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

export const filesOf = (source: Source): Files =>
  'zip' in source ? readZip(source.zip, source.name) : readFiles(source.files, source.name);

/** What a reader trusts and accepts, as every audit takes it. */
export const optionsOf = ({ developmentKeys, genesisHash }: CheckRequest) => ({
  ...{ random, verifyClaims, developmentKeys, clockUnixS: Date.now() / 1000 },
  ...(genesisHash === undefined ? {} : { genesisHash }),
});

/** A verdict with what a page says of it. `keys`: of each genesis, by circuit; `books`: those that were audited, by date. */
export interface Found {
  verdict: Verdict;
  keys: readonly (readonly [circuit: string, id: string])[];
  books: ReadonlyMap<string, { hash: string | null; versions: number; bills: number }>;
  /** days that have prices */
  pricedDays: number;
}

export const keysOf = (genesis: { keyIds: Readonly<Record<string, string>> } | null): Found['keys'] =>
  Object.entries(genesis?.keyIds ?? {});

/** The audit of a community's bundle. */
async function checkCommunity(files: Files, request: CheckRequest): Promise<Found> {
  const bundle = parseBundle(files);
  const { since, communities } = request;
  if (communities?.length) throw new BundleError('usage', 'expected the bundle of a main chain, where those of communities are given');
  const verdict = await auditParsed(bundle, { ...optionsOf(request), ...(since === undefined ? {} : { since: parseResume(since) }) });
  const audited = bundle.days.filter(({ audited }) => audited);
  return {
    verdict,
    keys: keysOf(bundle.genesis.value),
    books: new Map(
      audited.map(({ date, books }) => {
        const bills = books.get(Math.max(0, ...books.keys()))?.book.meters.length ?? 0;
        return [date, { hash: books.get(1)?.hash ?? null, versions: books.size, bills }];
      }),
    ),
    pricedDays: audited.length,
  };
}

/** What there is for bundles of a main chain. */
export interface MainChain {
  /** the audit of one */
  audit(files: Files, request: CheckRequest): Promise<Found>;
  /** what was found of a community's bundle, with what that of its main chain says of it */
  beside(found: Found, files: Files, request: CheckRequest & { main: Source }): Promise<Found>;
}
/** The member's own check. */
export type CheckOwn = () => Promise<{ checkOwn(request: OwnRequest): Promise<OwnChecked> }>;

/** Null: it is for the other program. */
async function find(files: Files, request: CheckRequest, chain: MainChain | null): Promise<Found | null> {
  const { main } = request;
  const isMain = isMainBundle(files);
  if (isMain && main) throw new BundleError('usage', 'expected the bundle of a community, where that of its main chain is given');
  if (!isMain && !main) return checkCommunity(files, request);
  if (!chain) return null;
  return main ? chain.beside(await checkCommunity(files, request), files, { ...request, main }) : chain.audit(files, request);
}

async function check(request: CheckRequest, main: MainChain | null): Promise<Checked | null> {
  const start = performance.now();
  const files = filesOf(request.source);
  const found = await find(files, request, main);
  if (!found) return null;
  const { verdict, keys, books, pricedDays } = found;
  const isDevelopment = keys.some(([circuit, id]) => isDevelopmentKeyId(circuit, id));
  return {
    chain: isMainBundle(files) ? 'main' : 'community',
    verdict,
    text: formatVerdict(verdict),
    resume: verdict.resume === null ? null : encodeResume(verdict.resume),
    bills: [...books.values()].reduce((sum, { bills }) => sum + bills, 0),
    prices: pricedDays * 2 * SLOTS_A_DAY,
    books: Object.fromEntries([...books].map(([date, { hash, versions }]) => [date, { hash, versions }])),
    developmentKeys: !isDevelopment ? 'none' : request.developmentKeys ? 'accepted' : 'refused',
    tookMs: performance.now() - start,
  };
}

const say = (answer: CheckAnswer): void => postMessage(answer);

/** Answers requests from now on. @param main null: bundles of a main chain are for the other program; own null: so are members' bills */
export function startChecking({ main, own }: { main: MainChain | null; own: CheckOwn | null }): void {
  const membersCheck = (): ReturnType<CheckOwn> =>
    (own ? own() : Promise.reject(new Error('not here'))).catch(() => {
      throw new BundleError('worker', 'the check of own bills could not be loaded');
    });
  addEventListener('message', async ({ data }: MessageEvent<CheckRequest | OwnRequest | CoresRequest | PrepareRequest>) => {
    if ('helps' in data) return serve(data.helps);
    if ('prepare' in data) return void membersCheck().catch(() => {}); // who needs it then is told
    if ('helpers' in data) {
      verifyClaims = onCores(data.helpers);
      return;
    }
    const { id } = data;
    try {
      const checked = 'own' in data ? await (await membersCheck()).checkOwn(data) : await check(data, main);
      say(checked === null ? { id, elsewhere: 'main' } : { id, checked });
    } catch (error) {
      const known = error instanceof BundleError || error instanceof ElectraError;
      say({ id, refused: { code: known ? error.code : 'internal', message: known ? error.message : 'the check itself failed' } });
    }
  });
  say({ id: 0, ready: true });
}
