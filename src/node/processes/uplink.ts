/** `electra uplink run`: the community as a member of a main chain. */
import { ElectraError } from '../../protocol/values/errors.ts';
import { awaitSchema, databaseUrl } from '../db/index.ts';
import { netInput } from '../proofs/index.ts';
import { type JoinedMain, runUplink } from '../uplink/index.ts';
import { type DataFolder, readSettings, rpcUrls, type Settings } from './data-folder.ts';
import { USAGE } from './explain.ts';
import type { PassphraseOption, ProcessContext } from './process.ts';

type UplinkSettings = NonNullable<Settings['uplink']>;

/** The settings of a community that has joined. @throws FolderError-like usage where it has not */
export function uplinkSettings(data: DataFolder): UplinkSettings {
  const { uplink } = readSettings(data);
  if (!uplink) throw new ElectraError(USAGE, `${data.dir}: this community has joined no main chain: electra uplink join`);
  return uplink;
}

export const joinedMain = ({ mainChainId, mainGenesisHash, operator, rpcUrls: urls }: UplinkSettings): JoinedMain => ({
  ...{ chainId: mainChainId, operator, rpcUrls: urls },
  genesisHash: new Uint8Array(Buffer.from(mainGenesisHash, 'hex')),
});

export async function uplinkProcess(
  data: DataFolder,
  { signal, log, waiting }: ProcessContext,
  { passphraseFile = data.uplinkPassphrase }: PassphraseOption = {},
): Promise<void> {
  const settings = uplinkSettings(data);
  const url = databaseUrl(data.secrets, 'books');
  await awaitSchema({ databaseUrl: url, signal, log, waiting });
  if (signal.aborted) return;
  await runUplink({
    databaseUrl: url,
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
