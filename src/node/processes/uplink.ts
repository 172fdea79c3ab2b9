/** `electra uplink run`: the community as a member of a main chain. */
import { awaitSchema, databaseUrl, mainDatabaseUrl } from '../db/index.ts';
import { netInput } from '../proofs/index.ts';
import { runUplink } from '../uplink/index.ts';
import { type DataFolder, readSettings, rpcUrls } from './data-folder.ts';
import type { PassphraseOption, ProcessContext } from './process.ts';
import { joinedMain, uplinkSettings } from './uplink-settings.ts';

export async function uplinkProcess(
  data: DataFolder,
  { signal, log, waiting }: ProcessContext,
  { passphraseFile = data.uplinkPassphrase }: PassphraseOption = {},
): Promise<void> {
  const settings = uplinkSettings(data);
  const url = databaseUrl(data.secrets, 'books');
  const mainUrl = mainDatabaseUrl(data.secrets, 'books');
  for (const databaseUrl of [url, mainUrl]) await awaitSchema({ databaseUrl, signal, log, waiting });
  if (signal.aborted) return;
  await runUplink({
    databaseUrl: url,
    mainDatabaseUrl: mainUrl,
    key: { dir: data.uplink, passphraseFile },
    main: joinedMain(settings),
    own: { chainId: readSettings(data).chainId, rpcUrls: rpcUrls(data) },
    treasury: settings.treasury,
    days: { from: settings.fromDay, to: settings.lastDay },
    trustPeriodS: settings.trustPeriodS,
    netInput,
    ...{ signal, log, waiting },
  });
}
