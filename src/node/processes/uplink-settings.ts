/** Where a community shares, by its settings: for the uplink, for the index of the main chain, for commands. */
import { ElectraError } from '../../protocol/values/errors.ts';
import type { JoinedMain } from '../uplink/index.ts';
import { type DataFolder, readSettings, type Settings } from './data-folder.ts';
import { USAGE } from './explain.ts';

export type UplinkSettings = NonNullable<Settings['uplink']>;

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
