/** The audit's test main chain with the community of the audit's own tests registered behind one uplink more. */
import { readGenesis } from '../../../src/protocol/genesis/index.ts';
import { encodeCommunityFile } from '../../../src/protocol/index.ts';
import { filesOf as ruralFiles } from '../audit/bundles.ts';
import { VALIDATORS, withChain } from '../audit/chain.ts';
import { lightFile, signedHeader } from '../audit/headers.ts';
import { CHAIN_ID } from '../audit/readings.ts';
import { genesisAddress } from '../genesis.ts';
import { type Files, filesOf, modulesOf, onMain, WEEK } from './bundles.ts';
import type { Modules } from './modules.ts';

const DAY = WEEK.slice(0, 1);

/** The community's own bundle. */
export const rural = (): Files => withChain(ruralFiles('honest'));
/** Another header of its height, that the same validators have signed. */
export function secondHistory(): string {
  const [{ header }] = JSON.parse(rural().get('light.json')!).blocks;
  const plan = { chainId: CHAIN_ID, height: Number(header.height), time: header.time, appHash: Buffer.from(header.app_hash, 'hex') };
  return lightFile(CHAIN_ID, [{ ...signedHeader({ ...plan, set: VALIDATORS, salt: 'another history' }), set: VALIDATORS }]);
}
export const genesisHash = (): string => readGenesis(JSON.parse(rural().get('genesis.json')!)).hash;
/** Its uplink. */
export const OTHER = genesisAddress(50);

/** A main chain's bundle with it, and what its chain has shown there. */
export async function mainWith(light: string, hash = genesisHash(), change: (m: Modules) => void = () => undefined): Promise<Files> {
  const files = await filesOf(DAY);
  const modules = modulesOf(DAY);
  const [one] = modules.communities;
  modules.communities.push({ ...one, uplink: OTHER, chainId: CHAIN_ID, genesisHash: Uint8Array.from(Buffer.from(hash, 'hex')) });
  modules.kept.push({ ...modules.kept[0], uplink: OTHER });
  change(modules);
  files.set(`communities/${CHAIN_ID}.json`, encodeCommunityFile({ chainId: CHAIN_ID, uplink: OTHER, days: [] }, light));
  return onMain(files, modules);
}
