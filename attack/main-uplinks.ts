/**
 * A community that lies to the others about its own chain (docs/main-chain.md, Uplinks), on a main chain whose validators let it pass. The
 * same lies against an honest main chain: sdk/vectors/evidence.json, by chain/x/register.
 */
import { validators } from '../test/kit/audit/headers.ts';
import { type Files, filesOf, mainBundle, modulesOf, onMain, WEEK } from '../test/kit/main-audit/bundles.ts';
import type { EvidencePlan } from '../test/kit/main-audit/evidence.ts';
import { UPLINKS } from '../test/kit/main-audit/genesis.ts';
import type { Attack } from './attack.ts';
import { type AuditAttack, auditAttack } from './audit-attack.ts';

const group = 'main chain';
const FIRST = WEEK.slice(0, 1);
const lie = (plan: EvidencePlan) => (): Promise<Files> => mainBundle(FIRST, undefined, {}, new Map([[1, plan]]));

/** The header that it shows is another than the one that the main chain has accepted. */
async function twoHistories(): Promise<Files> {
  const files = await filesOf(FIRST, new Map([[1, { salt: 'another history' }]]));
  return onMain(files, modulesOf(FIRST));
}

const rows: Omit<AuditAttack, 'group' | 'by' | 'refusedBy'>[] = [
  {
    name: 'uplink-of-copies',
    does: 'disputes the days of chosen members, and states the net of copies',
    bundle: lie({ copies: { entries: 40, copies: 3 } }),
  },
  {
    name: 'uplink-of-two-chains',
    does: 'shares one surplus on two main chains',
    bundle: lie({ main: { chainId: 'electra-main-5eed0002' } }),
  },
  {
    name: 'uplink-of-two-geneses',
    does: 'shares one surplus on two main chains of one name',
    bundle: lie({ main: { genesisHash: '11'.repeat(32) } }),
  },
  {
    name: 'uplink-of-two-meters',
    does: 'shares one surplus by two uplinks',
    bundle: lie({ main: { uplink: UPLINKS[2] } }),
  },
  {
    name: 'uplink-signed-by-half',
    does: 'shows a header that half of its validators have signed',
    bundle: lie({ signers: (set) => set.slice(0, 2) }),
  },
  {
    name: 'uplink-signed-by-a-third',
    does: 'shows a header that just a third of those announced as its validators have signed',
    bundle: lie({ announced: [...validators(1, 'community 1 '), ...validators(2)] }),
  },
  {
    name: 'uplink-before-the-day-is-over',
    does: 'shows what its chain said before the day was over',
    bundle: lie({ time: '2026-07-01T23:00:00Z' }),
  },
  {
    name: 'uplink-of-two-histories',
    does: 'shows the auditor another header than it showed the main chain',
    bundle: twoHistories,
  },
];

export const mainUplinkAttacks: readonly Attack[] = [
  ...rows.map((row) => auditAttack({ ...row, group, by: 'node', refusedBy: ['11 evidence'] })),
  auditAttack({
    ...{ name: 'uplink-of-another-day', group, by: 'node', refusedBy: ['11 net'] },
    does: 'states the net of one day as that of another',
    bundle: lie({ totalsOf: (day) => day + 1 }),
  }),
];
