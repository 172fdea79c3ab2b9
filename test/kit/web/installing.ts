/** What an operator does for whoever installs a meter, on the database of a test: a link, and a first day that is today. */
import { makeInstallCode } from '../../../src/node/api/install-codes.ts';
import { connect } from '../../../src/node/db/index.ts';
import type { Served } from './served-api.ts';

export async function installLink({ api, url }: Served, meter: string): Promise<string> {
  const inviter = connect({ url: api.db.urls.inviter, max: 1, application: 'test' });
  const { code } = await makeInstallCode(inviter, meter).finally(() => inviter.end());
  return `${url}/install/${meter}#${code}`;
}

export async function beginToday({ api }: Served, meter: string): Promise<void> {
  const indexer = connect({ url: api.db.urls.indexer, max: 1, application: 'test' });
  const today = Math.floor(Date.now() / 86_400_000);
  await indexer`update chain.meter set first_day = ${today} where id = ${meter}`.finally(() => indexer.end());
}
