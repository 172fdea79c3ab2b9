/**
 * The audit's test main chain with the community of the audit's own tests: registered behind one uplink more, of which it stated nothing;
 * or behind the first one, sharing its own books' net.
 */
import { readGenesis } from '../../../src/protocol/genesis/index.ts';
import { encodeCommunityFile } from '../../../src/protocol/index.ts';
import { DAY1, DAY2, filesOf as ruralFiles } from '../audit/bundles.ts';
import { VALIDATORS, withChain } from '../audit/chain.ts';
import { makeDay } from '../audit/days.ts';
import { lightFile, signedHeader } from '../audit/headers.ts';
import { plans } from '../audit/plans.ts';
import { CHAIN_ID, FIRST_DAY } from '../audit/readings.ts';
import { keyIds } from '../development-keys.ts';
import { genesisAddress } from '../genesis.ts';
import { once } from '../made-once.ts';
import { type EvidencePlans, type Files, filesOf, modulesOf, onMain, WEEK } from './bundles.ts';
import type { SharedDayPlan } from './days.ts';
import type { EvidencePlan } from './evidence.ts';
import type { Modules } from './modules.ts';

const DAY = WEEK.slice(0, 1);

/** The community's own bundle, of both its days. */
export const rural = (): Files => withChain(ruralFiles('honest'));

/** The same of the first day alone. */
export const ruralFirst = (): Files => withChain(new Map([...ruralFiles('honest')].filter(([path]) => !path.startsWith(`days/${DAY2}/`))));

/** The same of the second day, for a reader who has audited the first one: that is here for its links. */
export const ruralSecond = (): Files =>
  withChain(new Map([...ruralFiles('honest')].filter(([path]) => path !== `days/${DAY1}/proofs.json`)));
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

const firstDay = once(() => makeDay(plans(keyIds()).day1));

/** The community's first day, behind an uplink. */
const RURAL: NonNullable<EvidencePlan['behind']> = {
  ...{ chainId: CHAIN_ID, set: VALIDATORS },
  bookHash: () => firstDay().hash,
  totals: () => ({ X: firstDay().book.X!, ...firstDay().opening, ...firstDay().totals }),
};

/** A main chain's bundle of the community's first day, on which it and all others shared. */
export async function mainSharing(): Promise<Files> {
  const day: SharedDayPlan = { name: 'with rural', day: FIRST_DAY, stated: [0, 1, 2, 3], behind: new Map([[0, RURAL]]) };
  const chains: EvidencePlans = new Map([[0, { behind: RURAL, copies: { entries: 13, copies: 0 } }]]);
  const register = ({ communities }: Modules): void => {
    Object.assign(communities[0], { chainId: CHAIN_ID, genesisHash: Uint8Array.from(Buffer.from(genesisHash(), 'hex')) });
  };
  return onMain(await filesOf([day], chains), modulesOf([day], register, chains));
}
