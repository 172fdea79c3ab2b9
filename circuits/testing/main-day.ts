/**
 * A day and a week of the main chain, out of the real day of real-day.ts: its community states the net of the totals in its known X, three
 * parts of its households meet as if each were a community, and a household's bills of seven days are summed. Nothing in it is random.
 */

import { billCommitment, maskedSum, totalsCommitment } from '../../src/protocol/day/commitments.ts';
import type { BillSumWitness, ClearingSharedWitness, NetWitness } from '../../src/protocol/day/main-witness.ts';
import { PERIOD_DAYS } from '../../src/protocol/day/main-witness.ts';
import { netOf } from '../../src/protocol/day/net.ts';
import { sharedMarket } from '../../src/protocol/day/shared-prices.ts';
import type { DayBillWitness } from '../../src/protocol/day/witness.ts';
import { commitDay, gridDay, gridId, meterDay } from '../../src/protocol/meter/commitment.ts';
import { p4 } from '../../src/protocol/values/field.ts';
import { realBills, realClearing } from './real-day.ts';

const MAIN_CHAIN_ID = 'electra-main-1';
const mainGridId = gridId(MAIN_CHAIN_ID);
/** A field element that nobody would guess, were it not written here. */
const drawn = (n: number): bigint => p4(BigInt(n), 0n, 0n, 0n);
const { day, totalImportWh, totalExportWh } = realClearing;
const blinding = new Uint8Array(31).fill(15);
const meterTag = realBills[0].meterTag;

export const realNet: NetWitness = {
  ...{ X: realClearing.X, gridId: realClearing.gridId, mainGridId, meterTag, day, capacityWh: 60_000 },
  ...{ totalImportWh, totalExportWh, maskSum: realClearing.maskSum, x: realClearing.x, blinding },
  C: commitDay({
    ...{ ...netOf(totalImportWh, totalExportWh), importStartWh: 0n, exportStartWh: 0n },
    ...{ gridId: mainGridId, meterTag, day, blinding },
  }),
};

const added = (lists: readonly (readonly number[])[]): number[] => lists[0].map((_, i) => lists.reduce((sum, list) => sum + list[i], 0));
const partOf = (bills: readonly DayBillWitness[]) =>
  netOf(added(bills.map((bill) => bill.importWh)), added(bills.map((bill) => bill.exportWh)));
const parts = [realBills.slice(0, 4), realBills.slice(4, 9), realBills.slice(9)].map(partOf);
const [importWh, exportWh] = [added(parts.map((part) => part.importWh)), added(parts.map((part) => part.exportWh))];
const tick = 1000;
const sharedNelPerWh = realClearing.retailNelPerWh.map((retail) => Math.round((2 * retail) / (3 * tick)) * tick);
const tariff = { rule: 'shared/1', retailNelPerWh: sharedNelPerWh, feedInNelPerWh: sharedNelPerWh.map(() => 0), feePerDayNel: 0n };
const [maskSum, x, rho] = [drawn(1), drawn(2), drawn(3)];

export const realClearingShared: ClearingSharedWitness = {
  X: totalsCommitment({ gridDay: gridDay(mainGridId, day), importWh, exportWh, maskSum, x }),
  ...{ rho, sumS: maskedSum(importWh, exportWh, rho, maskSum), gridId: mainGridId, day, tick, sharedNelPerWh },
  ...sharedMarket({ importWh, exportWh, tariff, tick }),
  ...{ totalImportWh: importWh, totalExportWh: exportWh, maskSum, x },
};

const amountsNel = realBills.slice(0, PERIOD_DAYS).map((bill) => bill.amountNel);
const s = Array.from({ length: PERIOD_DAYS }, (_, i) => drawn(10 + i));
/** A week without a bill on its third day. */
const withBill = <T>(values: readonly T[], none: T): T[] => values.map((value, i) => (i === 2 ? none : value));

export const realBillSum: BillSumWitness = {
  ...{ gridId: mainGridId, meterTag, firstDay: day, amountsNel: withBill(amountsNel, 0n), s: withBill(s, 0n) },
  B: withBill(
    amountsNel.map((amount, i) => billCommitment(meterDay(mainGridId, meterTag, day + i), amount, s[i])),
    0n,
  ),
  totalNel: withBill(amountsNel, 0n).reduce((sum, amount) => sum + amount, 0n),
};
