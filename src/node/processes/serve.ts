/** `electra serve`: the API. */
import { fileURLToPath } from 'node:url';
import { type RunApiOptions, readPages, runApi } from '../api/index.ts';
import { bundleOfDays, stretchesOf } from '../books/index.ts';
import { connect, databaseUrl, mainDatabaseUrl } from '../db/index.ts';
import { type DataFolder, hasSettings, readSettings, type Settings } from './data-folder.ts';
import { type ProcessContext, stopped } from './process.ts';

export type ServeOptions = Pick<RunApiOptions, 'host' | 'port' | 'metrics' | 'service' | 'origin' | 'trustProxy' | 'development'>;

const PAGES = fileURLToPath(new URL('../../../web/dist', import.meta.url));

export async function serveProcess(data: DataFolder, options: ServeOptions, { signal, log }: ProcessContext): Promise<void> {
  const settings: Partial<Settings> = hasSettings(data) ? readSettings(data) : {};
  const { timeZone = 'UTC', currency = 'ELECTRA', runBy, contact, origin, uplink } = settings;
  const pages = readPages(PAGES);
  if (!pages) log.warn('the pages are not built (web/dist): / says what runs here, and nothing else');
  const url = databaseUrl(data.secrets, 'api');
  // As the API's own role: what is not public it cannot read either.
  const sql = connect({ url, max: 1, application: 'electra api bundles' });
  const api = await runApi({
    databaseUrl: url,
    main: uplink && {
      databaseUrl: mainDatabaseUrl(data.secrets, 'api'),
      ...{ chainId: uplink.mainChainId, uplink: uplink.address, treasury: uplink.treasury },
    },
    bundles: { files: (...asked) => bundleOfDays(sql, ...asked), stretches: (days) => stretchesOf(sql, days) },
    facts: { timeZone, currency, runBy, contact },
    pages,
    ...options,
    origin: options.origin ?? origin,
    signal,
    log,
  });
  await stopped(signal);
  await api.close();
  await sql.end({ timeout: 2 });
}
