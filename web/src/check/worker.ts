/**
 * The whole audit, off the page's thread: the same code as the command line's, with the browser's random numbers and pairings in plain
 * JavaScript. It fetches nothing but its own second file, the member's check: bundles come in, a verdict goes out.
 */
import { ElectraError } from '../../../src/protocol/index.ts';
import {
  auditParsed,
  type Bundle,
  BundleError,
  DEVELOPMENT_KEY_IDS,
  encodeResume,
  formatVerdict,
  parseBundle,
  parseResume,
  readFiles,
  readZip,
} from '../../../src/reader/index.ts';
import { onCores, serve } from './cores.ts';
import type { CheckAnswer, Checked, CheckRequest, CoresRequest, OwnRequest, PrepareRequest } from './messages.ts';

const SLOTS_A_DAY = 96;
const DEVELOPMENT: ReadonlySet<string> = new Set(Object.values(DEVELOPMENT_KEY_IDS));

let verifyClaims = onCores([]);

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

const hasDevelopmentKeys = ({ genesis }: Bundle): boolean => Object.values(genesis.value?.keyIds ?? {}).some((id) => DEVELOPMENT.has(id));

async function check({ source, developmentKeys, genesisHash, since }: CheckRequest): Promise<Checked> {
  const start = performance.now();
  const bundle = parseBundle('zip' in source ? readZip(source.zip, source.name) : readFiles(source.files, source.name));
  const verdict = await auditParsed(bundle, {
    random,
    verifyClaims,
    developmentKeys,
    clockUnixS: Date.now() / 1000,
    ...(genesisHash === undefined ? {} : { genesisHash }),
    ...(since === undefined ? {} : { since: parseResume(since) }),
  });
  const audited = bundle.days.filter(({ audited }) => audited);
  return {
    verdict,
    text: formatVerdict(verdict),
    resume: verdict.resume === null ? null : encodeResume(verdict.resume),
    bills: audited.reduce((sum, { books }) => sum + (books.get(Math.max(0, ...books.keys()))?.book.meters.length ?? 0), 0),
    prices: audited.length * 2 * SLOTS_A_DAY,
    books: Object.fromEntries(audited.map(({ date, books }) => [date, { hash: books.get(1)?.hash ?? null, versions: books.size }])),
    developmentKeys: !hasDevelopmentKeys(bundle) ? 'none' : developmentKeys ? 'accepted' : 'refused',
    tookMs: performance.now() - start,
  };
}

/** The member's own check, a file of its own: who audits does without. */
const membersCheck = () =>
  import('./own.ts').catch(() => {
    throw new BundleError('worker', 'the check of own bills could not be loaded');
  });

const say = (answer: CheckAnswer): void => postMessage(answer);

addEventListener('message', async ({ data }: MessageEvent<CheckRequest | OwnRequest | CoresRequest | PrepareRequest>) => {
  if ('helps' in data) return serve(data.helps);
  if ('prepare' in data) return void membersCheck().catch(() => {}); // who needs it then is told
  if ('helpers' in data) {
    verifyClaims = onCores(data.helpers);
    return;
  }
  try {
    say({ id: data.id, checked: 'own' in data ? await (await membersCheck()).checkOwn(data) : await check(data) });
  } catch (error) {
    const known = error instanceof BundleError || error instanceof ElectraError;
    say({ id: data.id, refused: { code: known ? error.code : 'internal', message: known ? error.message : 'the check itself failed' } });
  }
});

say({ id: 0, ready: true });
