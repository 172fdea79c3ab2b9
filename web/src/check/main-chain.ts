/** The check of the books of a main chain, and of communities beside them: `/check` loads it after the other, others with a bundle. */
import { auditMainFully } from '../../../src/reader/audit/main/index.ts';
import { BundleError, type Files } from '../../../src/reader/index.ts';
import { type Found, filesOf, optionsOf, startChecking } from './checking.ts';
import type { CheckRequest } from './messages.ts';

async function checkMain(files: Files, request: CheckRequest): Promise<Found> {
  if (request.since !== undefined)
    throw new BundleError('usage', 'expected no earlier audit to go on from: a main chain’s range hangs on none');
  const communities = (request.communities ?? []).map(filesOf);
  const { verdict, bundle } = await auditMainFully(new Set(), files, { ...optionsOf(request), communities });
  const booked = bundle.days.filter(({ book }) => book !== null);
  return {
    verdict,
    keyIds: bundle.genesis.value?.keyIds,
    books: new Map(
      bundle.days.map(({ date, book }) => {
        const bills = book?.book.meters.filter(({ source }) => source === 'metered').length ?? 0;
        return [date, { hash: book?.hash ?? null, versions: book ? 1 : 0, bills }];
      }),
    ),
    pricedDays: booked.length,
  };
}

startChecking({ main: checkMain, own: null });
