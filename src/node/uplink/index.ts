/** The community as a member of a main chain (docs/uplink.md): states the net of each proven day there. Holds the uplink's key. */
export { conflictOf } from './conflict.ts';
export { type UplinkDayState, uplinkDays } from './days.ts';
export { askEvidence } from './evidence.ts';
export { type Gains, type GainWeek, gainsOf } from './gain.ts';
export { endLeft, type LeftPayout, leftPayouts, wasPaid } from './left.ts';
export { isInBlock, type JoinedMain, mainChain, provenBills, provenMain, provenPayout } from './main-chain.ts';
export { type MainView, mainView } from './main-view.ts';
export { chosenOpenings, newOpenings } from './openings.ts';
export { duePeriods, OWN_AFTER_S, ownSum } from './own-sum.ts';
export { type PassedOn, passOn } from './pass-on.ts';
export { type Paid, payMembers, toPay } from './pay.ts';
export type { Payer } from './requests.ts';
export { runUplink } from './run.ts';
export { type Standing, standing } from './standing.ts';
export { inForce, treasuriesOf } from './treasuries.ts';
export { type LedgerSums, ledgerOf, shortOf, type Treasury, treasuryIn, treasuryOf } from './treasury.ts';
