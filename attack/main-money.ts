/**
 * Money between communities (docs/main-chain.md, docs/electra.md), on a main chain whose validators let the lie pass: their state says it,
 * and the auditor reads the state. What a chain of honest validators refuses in every door, chain/x/settlement and chain/x/electra test.
 */
import { edit } from '../test/kit/audit/bundles.ts';
import { type Files, mainBundle, WEEK, withSums } from '../test/kit/main-audit/bundles.ts';
import { UPLINKS } from '../test/kit/main-audit/genesis.ts';
import { type Modules, SETTLED_UNIX_S, treasuryOf, undatedDebt, withoutClaim } from '../test/kit/main-audit/modules.ts';
import type { Attack } from './attack.ts';
import { type AuditAttack, auditAttack } from './audit-attack.ts';

const group = 'main chain';
const lie = (change: (modules: Modules) => void) => (): Promise<Files> => mainBundle(WEEK, change);

/** One pays a unit less and another a unit more: escrows, pools and the sum of all stay as they should be. */
function shifted(m: Modules): void {
  const [one, other] = m.entries.filter(({ amountNel }) => amountNel > 0n);
  one.amountNel -= 1n;
  other.amountNel += 1n;
  m.escrowsNel.set(one.uplink, m.escrowsNel.get(one.uplink)! + 1n);
  m.escrowsNel.set(other.uplink, m.escrowsNel.get(other.uplink)! - 1n);
}

async function debtHidden(): Promise<Files> {
  const files = await mainBundle(WEEK, (m) => m.owing.set(UPLINKS[0], SETTLED_UNIX_S - 20 * 86_400));
  edit(files, 'main.json', (main) => main.stores.settlement.ranges.owing.splice(0, 1));
  return files;
}

async function sumWithheld(): Promise<Files> {
  const files = await mainBundle();
  edit(files, 'settlements.json', (file) => file.sums.pop());
  return files;
}

/** The week is executed at once, without the entry of one that is owed something. */
async function entryWithheld(): Promise<Files> {
  let whose = '';
  const files = await mainBundle(WEEK, (m) => {
    whose = withoutClaim(m, 0n);
    m.entries = m.entries.filter(({ uplink }) => uplink !== whose);
  });
  return withSums(files, (uplink) => uplink !== whose);
}

/** After its 28 days, in the first block after a halt in which they ended: nobody had a block in which to send an entry. */
async function executedAfterAHalt(): Promise<Files> {
  let whose = '';
  const files = await mainBundle(WEEK, (m) => {
    whose = withoutClaim(m, 0n);
    m.entries = m.entries.filter(({ uplink }) => uplink !== whose);
    m.missing.push({ uplink: whose, fromDay: WEEK[0].day });
    const [{ height }] = m.pools;
    Object.assign(m.periods[0], { readyUnixS: BigInt(SETTLED_UNIX_S - 40 * 86_400), dueHeight: height });
  });
  return withSums(files, (uplink) => uplink !== whose);
}

/** Weeks after all of its days are over nothing of it is settled: the block that left that state says in its own header when it was. */
async function neverSettled(): Promise<Files> {
  const unsettled = (m: Modules) => Object.assign(m, { periods: [], entries: [], pools: [], claims: [] });
  const heldUnixS = SETTLED_UNIX_S + 20 * 86_400;
  return withSums(await mainBundle(WEEK, unsettled, { heldUnixS, nowUnixS: heldUnixS + 60 }), () => false);
}

/** A day that everybody stated, alone, and an entry of its week that no bill says. */
const dayOfAFalseWeek = (): Promise<Files> =>
  mainBundle([{ name: 'all', day: WEEK[0].day, stated: [0, 1, 2, 3] }], (m) => {
    const of = { fromDay: WEEK[0].day, readyUnixS: BigInt(SETTLED_UNIX_S), dueHeight: 0n, executedUnixS: 0n };
    m.periods.push(of);
    m.entries.push({ ...of, uplink: UPLINKS[0], amountNel: 10n ** 12n, pool: 0n, height: 100n });
  });

/** A day that everybody stated, alone, weeks after a week that the chain was to execute, and did not. */
async function neverExecuted(header: 'with' | 'without', change: (m: Modules) => void = () => undefined): Promise<Files> {
  const [heldUnixS, height] = [SETTLED_UNIX_S, 2000];
  const waits = (m: Modules): void => {
    m.periods.push({ fromDay: WEEK[0].day, readyUnixS: BigInt(heldUnixS - 29 * 86_400), executedUnixS: 0n, dueHeight: 0n });
    change(m);
  };
  const options = { height, nowUnixS: heldUnixS + 60, ...(header === 'with' ? { heldUnixS } : {}) };
  return mainBundle([{ name: 'all', day: WEEK[0].day, stated: [0, 1, 2, 3] }], waits, options);
}

/** The state says of a later week when that was ready, after the earlier one was due: who shows the state cannot leave that out. */
const laterWeek = (m: Modules): void => {
  const readyUnixS = BigInt(SETTLED_UNIX_S - 60);
  m.periods.push({ fromDay: WEEK[0].day + 7, readyUnixS, dueHeight: 0n, executedUnixS: 0n });
};

/** Headers end with the one of the block that left the state: none holds the hash of it. */
async function lastHeaderLeftOut(): Promise<Files> {
  const files = await neverExecuted('with');
  edit(files, 'light.json', ({ blocks }) => blocks.pop());
  return files;
}

const mintedAgain = (m: Modules): void => {
  m.redemptions[0].closedUnixS = BigInt(SETTLED_UNIX_S);
};

const rows: Omit<AuditAttack, 'group'>[] = [
  {
    name: 'settle-entries-shifted',
    by: 'validator',
    does: 'settles a week whose sums are right together and wrong one by one',
    refusedBy: ['12 sums'],
    bundle: lie(shifted),
  },
  {
    name: 'settle-proof-withheld',
    by: 'operator',
    does: 'leaves the proof of one sum out of what is shown',
    refusedBy: ['12 sums'],
    exitCode: 2,
    bundle: sumWithheld,
  },
  {
    name: 'settle-week-cut',
    by: 'operator',
    does: 'settles a sum that no bill says, and shows one day of the week, so that nobody can add its bills up',
    refusedBy: ['12 sums'],
    exitCode: 3,
    bundle: dayOfAFalseWeek,
  },
  {
    name: 'settle-debt-left-out',
    by: 'operator',
    does: 'leaves out of the shown state who has owed for three weeks',
    refusedBy: ['2 modules'],
    bundle: debtHidden,
  },
  {
    name: 'escrow-unit-gone',
    by: 'validator',
    does: 'takes a unit out of an escrow, and leaves it in the account',
    refusedBy: ['12 conservation'],
    bundle: lie((m) => m.escrowsNel.set(UPLINKS[0], m.escrowsNel.get(UPLINKS[0])! - 1n)),
  },
  {
    name: 'pool-claim-raised',
    by: 'validator',
    does: 'pays a creditor more than its bills say',
    refusedBy: ['12 pools'],
    bundle: lie((m) => {
      m.claims[0].amountNel += 1n;
    }),
  },
  {
    name: 'pool-claim-left-out',
    by: 'validator',
    does: 'keeps for the fund what a creditor was to be given, as if its claim had come too late',
    refusedBy: ['12 pools'],
    bundle: lie((m) => withoutClaim(m, 0n)),
  },
  {
    name: 'pool-claim-elsewhere',
    by: 'validator',
    does: 'keeps for the fund what a creditor was to be given, and says that its claim is in a pool that there is not',
    refusedBy: ['12 pools'],
    bundle: lie((m) => withoutClaim(m, 7n)),
  },
  {
    name: 'settle-before-its-time',
    by: 'validator',
    does: 'executes a week at once, without the entry of a creditor',
    refusedBy: ['12 sums'],
    bundle: entryWithheld,
  },
  {
    name: 'settle-after-a-halt',
    by: 'validator',
    does: 'stops the chain until the 28 days of a week are over, and executes it without a creditor in the first block after that',
    refusedBy: ['12 sums'],
    bundle: executedAfterAHalt,
  },
  {
    name: 'settle-never',
    by: 'validator',
    does: 'has nothing of a week settled, though all of its days are over',
    refusedBy: ['12 sums'],
    bundle: neverSettled,
  },
  {
    name: 'pool-never-executed',
    by: 'validator',
    does: 'lets a week wait for who is missing, though its 28 days are over',
    refusedBy: ['12 pools'],
    bundle: () => neverExecuted('with'),
  },
  {
    name: 'pool-never-executed-unseen',
    by: 'operator',
    does: 'leaves out of what is shown of such a week the header of the block that left the state, and the later days',
    refusedBy: ['12 pools', '12 sums'],
    exitCode: 3,
    bundle: () => neverExecuted('without'),
  },
  {
    name: 'pool-never-executed-later-week',
    by: 'operator',
    does: 'leaves the same out where the state has a later week, which was ready when the earlier one was due',
    refusedBy: ['12 pools'],
    bundle: () => neverExecuted('without', laterWeek),
  },
  {
    name: 'main-last-header-left-out',
    by: 'operator',
    does: 'leaves out the last header, which holds the hash of all the state that is shown',
    refusedBy: ['2 log', '2 modules', '2 state proofs'],
    bundle: lastHeaderLeftOut,
  },
  {
    name: 'debt-without-a-date',
    by: 'validator',
    does: 'lets a debtor share on that has not paid, as if it owed nothing',
    refusedBy: ['12 debts'],
    bundle: lie(undatedDebt),
  },
  {
    name: 'mint-above-attested',
    by: 'validator',
    does: 'lets the issuer mint more than the attestor has ever attested',
    refusedBy: ['13 reserve'],
    bundle: lie((m) => {
      for (const one of m.attestations) one.amountNel -= 4n * 10n ** 10n;
    }),
  },
  {
    name: 'mint-after-redemption',
    by: 'validator',
    does: 'lets the issuer mint again what it has paid out since the attestation',
    refusedBy: ['13 reserve'],
    bundle: lie(mintedAgain),
  },
  {
    name: 'spend-while-redeeming',
    by: 'validator',
    does: 'lets a holder spend what it redeems',
    refusedBy: ['13 supply'],
    bundle: lie((m) => {
      m.redemptions.push({ ...m.redemptions[0], id: 2n, state: 'open', amountNel: 10n ** 7n, paymentHash: new Uint8Array(0) });
    }),
  },
  {
    name: 'one-payment-for-two',
    by: 'validator',
    does: 'confirms two redemptions by one payment',
    refusedBy: ['13 supply'],
    bundle: lie((m) => {
      m.redemptions.push({ ...m.redemptions[0], id: 2n, amountNel: 0n });
    }),
  },
  {
    name: 'unit-from-nowhere',
    by: 'validator',
    does: 'gives a treasury a unit that nobody has minted',
    refusedBy: ['13 supply'],
    bundle: lie((m) => m.balancesNel.set(treasuryOf(1), m.balancesNel.get(treasuryOf(1))! + 1n)),
  },
  {
    name: 'uplink-of-nobody',
    by: 'validator',
    does: 'shares the energy of an uplink behind which no community is registered',
    refusedBy: ['10 communities', '11 evidence'],
    bundle: lie((m) => {
      m.communities = m.communities.filter(({ uplink }) => uplink !== UPLINKS[1]);
    }),
  },
];

export const mainMoneyAttacks: readonly Attack[] = rows.map((row) => auditAttack({ ...row, group }));
