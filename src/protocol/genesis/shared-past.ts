/**
 * What of a past a chain of communities has, and what it has not (docs/shared-rule.md): nothing comes late there and nothing is corrected,
 * and books pass over days that are void. chain/x/meter/types/genesis_shared.go has the same rules, by the same table:
 * sdk/vectors/geneses.json.
 */
import { decodeRoster } from '../day/roster.ts';
import { sharedPricesOf } from '../day/shared-prices.ts';
import { isVoid, isVoidAtFreeze } from '../day/void.ts';
import { STATE, wrong } from './fields.ts';
import type { GenesisHistory } from './history.ts';
import { firstFrozenDay } from './service.ts';
import type { GenesisMeter } from './state.ts';

type Past = GenesisHistory & { meters: readonly GenesisMeter[] };

const refuse = (is: boolean, field: string, expected: string): void => {
  if (is) throw wrong(`${STATE}.${field}`, expected);
};

/** Nothing that the rule has no use for. @throws ProtocolError naming the field */
function checkSharedPast(past: Past): void {
  refuse(past.nextLateDay !== past.nextFreezeDay, 'next_late_day', 'next_freeze_day, where communities share');
  past.meters.forEach(({ serviceDay }, i) => {
    refuse(serviceDay !== null, `meters[${i}].service_day`, '0 where communities share');
  });
  past.rosters.forEach(({ late }, i) => {
    refuse(late, `rosters[${i}].late`, 'no late roster where communities share');
  });
  past.anchors.forEach(({ version }, i) => {
    refuse(version > 1, `anchors[${i}].version`, '1 where communities share');
  });
  refuse(past.reports.length > 0, 'reports', 'none where communities share');
  refuse(past.finalReadings.length > 0, 'final_readings', 'none where communities share');
}

/** Days before a book are anchored, or were void by then; a day of its own that was void at its freeze has none. */
function checkSharedAnchors({ meters, rosters, anchors }: Past): void {
  const first = firstFrozenDay({ meters });
  const frozen = new Map(rosters.map(({ day, encoded, unixS }) => [day, { unixS, isEmpty: isVoidAtFreeze(decodeRoster(encoded).meters) }]));
  const anchored = new Set<number>();
  anchors.forEach(({ day, unixS: nowUnixS }, i) => {
    refuse(frozen.get(day)!.isEmpty, `anchors[${i}].day`, 'a day that was not void at its freeze');
    for (let before = day - 1; before >= first && !anchored.has(before); before--) {
      const { isEmpty, unixS } = frozen.get(before)!;
      refuse(
        !isEmpty && !isVoid({ frozenUnixS: unixS, proven: false }, nowUnixS),
        `anchors[${i}].day`,
        `a book of day ${before} before it`,
      );
    }
    anchored.add(day);
  });
}

/** There is no outside that anything is fed into. */
function checkSharedSlotPrices({ retailNelPerWh, feedInNelPerWh }: GenesisHistory['slotPrices'][number], i: number): void {
  const isOther = retailNelPerWh < 0 || feedInNelPerWh !== 0;
  refuse(isOther, `slot_prices[${i}]`, 'a price of what is shared of 0 or more, and none of what is fed in');
}

/** What a reader of a main chain's geneses asks of them besides; one of communities' alone does without. */
export const SHARED_RULES = {
  tariff: sharedPricesOf,
  past: checkSharedPast,
  anchors: checkSharedAnchors,
  slotPrices: checkSharedSlotPrices,
};

export type SharedRules = typeof SHARED_RULES;
