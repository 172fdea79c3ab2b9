/**
 * The check of the books of a main chain and of communities beside them, or of a community beside its main chain: `/check` loads it after
 * the other, others with a bundle.
 */
import { auditMainFully, besideMain } from '../../../src/reader/audit/main/index.ts';
import { BundleError, type Files } from '../../../src/reader/index.ts';
import { type Found, filesOf, keysOf, type MainChain, optionsOf, startChecking } from './checking.ts';
import type { CheckRequest } from './messages.ts';

async function checkMain(files: Files, request: CheckRequest): Promise<Found> {
  if (request.since !== undefined)
    throw new BundleError('usage', 'expected no earlier audit to go on from: a main chain’s range hangs on none');
  const communities = (request.communities ?? []).map(filesOf);
  const { verdict, bundle } = await auditMainFully(new Set(), files, { ...optionsOf(request), communities });
  const booked = bundle.days.filter(({ book }) => book !== null);
  return {
    verdict,
    keys: keysOf(bundle.genesis.value),
    books: new Map(
      bundle.days.map(({ date, book }) => {
        const bills = book?.book.meters.filter(({ source }) => source === 'metered').length ?? 0;
        return [date, { hash: book?.hash ?? null, versions: book ? 1 : 0, bills }];
      }),
    ),
    pricedDays: booked.length,
  };
}

const checkBeside: MainChain['beside'] = async (found, files, request) => {
  // What the reader trusts of the community says nothing of the main chain.
  const { genesisHash: _hash, ...options } = optionsOf(request);
  const main = await auditMainFully(new Set(), filesOf(request.main), options);
  const keys = [...found.keys, ...keysOf(main.bundle.genesis.value)];
  return { ...found, verdict: besideMain(found.verdict, files, main), keys };
};

startChecking({ main: { audit: checkMain, beside: checkBeside }, own: null });
