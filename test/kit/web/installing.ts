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

const METER = 'electra1qz7rk2w0a8m6n3c5h4y9t0s7d6f5g4h3j2k1';
/** Where the made-up installations are. */
export const INSTALL_PATH = `/install/${METER}`;

const REPORTING = {
  meter: METER,
  expiresAt: '2026-07-04T09:00:00.000Z',
  enrolled: true,
  firstDay: '2026-07-03',
  validator: true,
  powerDueAt: '2026-07-10T00:00:00.000Z',
  firstReportAt: '2026-07-03T08:15:00.000Z',
  lastReportAt: '2026-07-03T11:15:00.000Z',
  registers: { at: '2026-07-03T11:15:00.000Z', importWh: '18234567', exportWh: '2034' },
};
const SILENT = { ...REPORTING, powerDueAt: null, validator: false, firstReportAt: null, lastReportAt: null, registers: null };

/** Installations as the service shows them to whoever has used the code. */
export const INSTALLATIONS = {
  'install-reporting': REPORTING,
  'install-silent': SILENT,
  'install-over': { ...REPORTING, powerDueAt: null, firstDay: '2026-07-02', registers: null },
  'install-unknown': { ...SILENT, enrolled: false, firstDay: null },
  'install-none': null,
} as const;

/** A service that shows this installation, and knows no code. */
export const installationAnswer =
  (installation: object | null) =>
  async (request: Request): Promise<Response> => {
    const text = await request.text().catch(() => '');
    if (!text.includes('useInstallCode'))
      return Response.json({ data: { service: { timeZone: 'Europe/Vienna' }, viewer: null, installation } });
    return Response.json({ data: null, errors: [{ message: 'no such code', extensions: { code: 'NOT_FOUND' } }] });
  };
