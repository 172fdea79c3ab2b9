/**
 * What the past in a genesis must say, so that transactions could have made it: frozen days without a gap, rosters of the meters in
 * service, marks on days that meters have, a log that the rest has left. As the chain validates it
 * (chain/x/meter/types/genesis_history.go, log.go), by the same table: sdk/vectors/geneses.json.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ChainClock } from '../clock.ts';
import { decodeRoster, type Roster, rosterDigest } from '../day/roster.ts';
import { PRICES_AHEAD_S } from '../day/slot-prices.ts';
import { ProtocolError } from '../values/errors.ts';
import { DAY_MAX, DAY_S, dayOfSlot, SLOT_S, SLOTS_PER_DAY } from '../values/time.ts';
import { STATE, wrong } from './fields.ts';
import type { GenesisHistory, GenesisLogEntry, MeterDay } from './history.ts';
import type { GenesisParams } from './params.ts';
import { checkConsensusKey, may } from './rules.ts';
import { firstFrozenDay, isListed } from './service.ts';
import type { SharedRules } from './shared-past.ts';
import type { GenesisMeter } from './state.ts';

interface Past extends GenesisHistory {
  clock: ChainClock;
  beginUnixS: number;
  operator: string;
  params: Pick<GenesisParams, 'rule' | 'tick'>;
  meters: readonly GenesisMeter[];
}

const SLOT_MAX = (DAY_MAX + 1) * SLOTS_PER_DAY - 1;

const at = (list: string, i: number, name?: string): string => `${STATE}.${list}[${i}]${name === undefined ? '' : `.${name}`}`;
const refuse = (is: boolean, field: string, expected: string): void => {
  if (is) throw wrong(field, expected);
};
const placeOf = ({ day, meter }: MeterDay): string => `${day} ${meter}`;

/** A fresh genesis has no past at all. */
export const isFresh = ({ nextFreezeDay }: Pick<GenesisHistory, 'nextFreezeDay'>): boolean => nextFreezeDay === 0;

function checkFresh(past: Past): void {
  const { meters, nextLateDay, lastUnixS } = past;
  const lived = HISTORY_LISTS.some((name) => past[name].length > 0) || meters.some(({ serviceDay }) => serviceDay !== null);
  refuse(lived || nextLateDay !== 0 || lastUnixS !== 0, `${STATE}.next_freeze_day`, 'a day, where there is a past');
}

const HISTORY_LISTS = [
  'commitments',
  'disputes',
  'anchors',
  'noBills',
  'withdrawnNoBills',
  'finalReadings',
  'rosters',
  'reports',
  'dayStarts',
  'log',
  'changes',
  'appliedChanges',
  'usedKeys',
  'slotPrices',
] as const;

function checkCounters({ clock, beginUnixS, meters, dayStarts, nextFreezeDay, nextLateDay, lastUnixS }: Past): void {
  const first = firstFrozenDay({ meters });
  refuse(
    nextLateDay < first || nextFreezeDay < nextLateDay || nextFreezeDay > DAY_MAX + 1,
    `${STATE}.next_late_day`,
    `${first} <= next_late_day <= next_freeze_day`,
  );
  refuse(lastUnixS < clock.startUnixS, `${STATE}.last_unix_s`, 'the chain time of the export');
  refuse(beginUnixS < lastUnixS, 'genesis.genesis_time', `one whose chain time is not before the export's last ${lastUnixS}`);
  dayStarts.forEach(({ day, unixS }, i) => {
    refuse(
      day !== nextFreezeDay + i || (day + 1) * DAY_S > unixS || unixS > lastUnixS,
      at('day_starts', i),
      `the block after day ${nextFreezeDay + i}`,
    );
  });
  meters.forEach((meter, i) => {
    const { serviceDay } = meter;
    refuse(
      serviceDay !== null && (!may(meter, serviceDay) || serviceDay >= nextFreezeDay),
      at('meters', i, 'service_day'),
      "0 or a frozen day of the meter's",
    );
  });
}

interface ReadRoster {
  roster: Roster;
  commitments: ReadonlyMap<string, bigint | null>;
}

/** The rosters by their place: the day, and whether it is the late one. */
function checkRosters(past: Past): Map<string, ReadRoster> {
  const { meters, rosters, nextFreezeDay, nextLateDay, lastUnixS, params } = past;
  const first = firstFrozenDay({ meters });
  const read = new Map<string, ReadRoster>();
  rosters.forEach(({ day, late, digest, encoded, unixS }, i) => {
    const roster = decoded(encoded, at('rosters', i, 'encoded'));
    refuse(roster.day !== day || bytesToHex(digest) !== rosterDigest(encoded), at('rosters', i), 'day and digest of the encoded roster');
    refuse(
      day < first || day >= (late ? nextLateDay : nextFreezeDay) || read.has(`${day} ${late}`),
      at('rosters', i, 'day'),
      'a frozen day, once',
    );
    refuse(unixS > lastUnixS, at('rosters', i, 'unix_s'), 'at most last_unix_s');
    const commitments = new Map(roster.meters.map(({ meter, commitment }) => [meter, commitment]));
    const serving = meters.filter((meter) => isListed(meter, day, params.rule));
    for (const { meter, serviceDay } of serving) {
      refuse(!commitments.has(meter), at('rosters', i), `${meter}, in service since day ${serviceDay}`);
      refuse(
        day === serviceDay && commitments.get(meter) === null,
        at('rosters', i),
        `a commitment of ${meter}, whose service began with it`,
      );
    }
    refuse(serving.length !== commitments.size, at('rosters', i), `the ${serving.length} meters in service`);
    read.set(`${day} ${late}`, { roster, commitments });
  });
  const expected = nextFreezeDay - first + (params.rule === null ? nextLateDay - first : 0);
  refuse(rosters.length !== expected, `${STATE}.rosters`, `${expected}, one for each frozen day and one more for each late-frozen day`);
  return read;
}

function decoded(encoded: Uint8Array, field: string): Roster {
  try {
    return decodeRoster(encoded);
  } catch (error) {
    throw error instanceof ProtocolError ? wrong(field, `a roster (${error.message})`) : error;
  }
}

/** Entries of one list: of a meter of this genesis, on one of its days, each once. */
function checkMeterDays(list: string, entries: readonly MeterDay[], meters: ReadonlyMap<string, GenesisMeter>): void {
  const seen = new Set<string>();
  entries.forEach((entry, i) => {
    const meter = meters.get(entry.meter);
    refuse(meter === undefined || !may(meter, entry.day), at(list, i), 'a meter of this genesis and one of its days');
    refuse(seen.has(placeOf(entry)), at(list, i), 'each once');
    seen.add(placeOf(entry));
  });
}

function checkMarks(past: Past, meters: ReadonlyMap<string, GenesisMeter>): void {
  const { commitments, disputes, noBills, withdrawnNoBills, reports, nextLateDay, nextFreezeDay } = past;
  checkMeterDays('commitments', commitments, meters);
  commitments.forEach(({ day, meter }, i) => {
    refuse(day < nextLateDay, at('commitments', i, 'day'), `${nextLateDay} or later, the late roster holds the older ones`);
    refuse(
      day < nextFreezeDay && !isListed(meters.get(meter)!, day, past.params.rule),
      at('commitments', i, 'day'),
      "a day that is not frozen, or one in the meter's service",
    );
  });
  checkMeterDays('disputes', disputes, meters);
  disputes.forEach(({ day }, i) => {
    refuse(day >= nextFreezeDay, at('disputes', i, 'day'), 'a frozen day');
  });
  checkMeterDays('no_bills', noBills, meters);
  checkMeterDays('withdrawn_no_bills', withdrawnNoBills, meters);
  const seen = new Set<string>();
  reports.forEach(({ meter: name, slot }, i) => {
    const meter = meters.get(name);
    const place = `${slot} ${name}`;
    refuse(
      meter === undefined || !may(meter, dayOfSlot(slot)) || seen.has(place),
      at('reports', i),
      'one of a meter of this genesis, on one of its days, once',
    );
    seen.add(place);
  });
}

function checkFinalReadings(past: Past, meters: ReadonlyMap<string, GenesisMeter>, rosters: ReadonlyMap<string, ReadRoster>): void {
  const disputed = new Set(past.disputes.map(placeOf));
  const seen = new Set<string>();
  past.finalReadings.forEach((reading, i) => {
    const { meter, day, unixS } = reading;
    const lastDay = meters.get(meter)?.lastDay ?? null;
    refuse(lastDay === null || lastDay !== day || seen.has(meter), at('final_readings', i), "one of a retired meter's last day, once");
    seen.add(meter);
    refuse(unixS > past.lastUnixS, at('final_readings', i), 'a time of this chain');
    const commitment = rosters.get(`${day} true`)?.commitments.get(meter);
    refuse(
      commitment === undefined || (commitment !== null && !disputed.has(placeOf(reading))),
      at('final_readings', i),
      'a last day that the late roster has without an undisputed commitment',
    );
  });
}

function checkAnchors(past: Past, shared: SharedRules | null): void {
  const { meters, anchors, nextFreezeDay, nextLateDay, params } = past;
  const first = firstFrozenDay({ meters });
  const last = new Map<number, number>();
  anchors.forEach(({ day, version, totals }, i) => {
    refuse(version > 1 !== (totals === null), at('anchors', i, 'totals'), 'X of version 1, and none of later ones');
    const before = last.get(day) ?? 0;
    refuse(version !== before + 1, at('anchors', i, 'version'), String(before + 1));
    refuse(
      day < first || day >= nextFreezeDay || (version > 1 && day >= nextLateDay),
      at('anchors', i, 'day'),
      'a day whose roster is frozen',
    );
    if (params.rule === null)
      refuse(version === 1 && day > first && !last.has(day - 1), at('anchors', i, 'day'), `a book of day ${day - 1} before it`);
    last.set(day, version);
  });
  shared?.anchors(past);
}

const LOG = { dispute: 1, correction: 2, lateRoster: 3, finalReading: 4, objection: 5, noBill: 6, withdrawn: 7 } as const;

const lineOf = ({ kind, day, version, meter }: GenesisLogEntry): string => `${kind} ${day} ${version} ${meter}`;

/** The lines that the state's own facts must have left. */
function logged(past: Past, rosters: ReadonlyMap<string, ReadRoster>): Set<string> {
  const adds = ({ roster, commitments }: ReadRoster): boolean => {
    const first = rosters.get(`${roster.day} false`)?.commitments;
    return [...commitments].some(([meter, commitment]) => commitment !== null && (first?.get(meter) ?? null) === null);
  };
  return new Set(
    [
      ...past.disputes.map(({ day, meter }) => ({ kind: LOG.dispute, day, version: 0, meter })),
      ...past.anchors.filter(({ version }) => version > 1).map(({ day, version }) => ({ kind: LOG.correction, day, version, meter: '' })),
      ...past.finalReadings.map(({ day, meter }) => ({ kind: LOG.finalReading, day, version: 0, meter })),
      ...past.finalReadings
        .filter(({ objectedHeight }) => objectedHeight !== undefined)
        .map(({ day, meter }) => ({ kind: LOG.objection, day, version: 0, meter })),
      ...[...rosters]
        .filter(([place, read]) => place.endsWith('true') && adds(read))
        .map(([, { roster }]) => ({ kind: LOG.lateRoster, day: roster.day, version: 0, meter: '' })),
    ].map(lineOf),
  );
}

/** Whether a line has the fields of its kind, and no others. */
function isFormed({ kind, day, version, meter: name }: GenesisLogEntry, meters: ReadonlyMap<string, GenesisMeter>): boolean {
  if (kind === LOG.correction) return version > 1 && name === '';
  if (kind === LOG.lateRoster) return version === 0 && name === '';
  const meter = meters.get(name);
  return kind >= LOG.dispute && kind <= LOG.withdrawn && meter !== undefined && may(meter, day) && version === 0;
}

function checkLog(past: Past, meters: ReadonlyMap<string, GenesisMeter>, rosters: ReadonlyMap<string, ReadRoster>): void {
  const due = logged(past, rosters);
  const open = new Set<string>();
  past.log.forEach((entry, i) => {
    refuse(!isFormed(entry, meters), at('log', i), 'kind 1 to 7 with exactly the fields of its kind, of a meter of this genesis');
    if (entry.kind === LOG.noBill || entry.kind === LOG.withdrawn) {
      const place = placeOf(entry);
      refuse(open.has(place) !== (entry.kind === LOG.withdrawn), at('log', i), 'NoBills and withdrawals of a day and meter in turns');
      if (entry.kind === LOG.noBill) open.add(place);
      else open.delete(place);
      return;
    }
    refuse(!due.delete(lineOf(entry)), at('log', i), 'an entry that a part of this state has left, once');
  });
  refuse(due.size > 0, `${STATE}.log`, `an entry for each part of the state that leaves one; ${due.size} are missing`);
  past.noBills.forEach((noBill, i) => {
    refuse(!open.has(placeOf(noBill)), at('no_bills', i), 'one that the log leaves open');
  });
  refuse(open.size !== past.noBills.length, `${STATE}.no_bills`, `the ${open.size} that the log leaves open`);
}

function checkPower({ meters, changes, appliedChanges, usedKeys, lastUnixS }: Past, byName: ReadonlyMap<string, GenesisMeter>): void {
  const used = new Set(meters.flatMap(({ consensusKey }) => (consensusKey === null ? [] : [bytesToHex(consensusKey)])));
  usedKeys.forEach(({ meter, consensusKey }, i) => {
    refuse(!byName.has(meter), at('used_keys', i, 'meter'), 'a meter of this genesis');
    checkConsensusKey(consensusKey, at('used_keys', i, 'consensus_key'));
    refuse(used.has(bytesToHex(consensusKey)), at('used_keys', i, 'consensus_key'), 'one that no meter has, once');
    used.add(bytesToHex(consensusKey));
  });
  const seen = new Set<string>();
  changes.forEach(({ meter: name, consensusKey, power, dueUnixS, asked, vetoedBy }, i) => {
    const meter = byName.get(name);
    const id = bytesToHex(consensusKey);
    refuse(
      meter === undefined || meter.consensusKey === null || bytesToHex(meter.consensusKey) !== id,
      at('validator_changes', i),
      'the consensus key of a meter of this genesis',
    );
    refuse(
      dueUnixS === 0 || seen.has(`${id} ${power}`) || (power === 0n && meter!.lastDay === null && !asked),
      at('validator_changes', i),
      'power 1 once, or power 0 once of a meter that is retired or leaves, with its due_unix_s',
    );
    seen.add(`${id} ${power}`);
    refuse(asked && (power !== 0n || vetoedBy.length > 0), at('validator_changes', i, 'asked'), 'an end that nobody has vetoed');
    vetoedBy.forEach((veto, n) => {
      refuse(
        !byName.has(veto) || vetoedBy.indexOf(veto) !== n,
        at('validator_changes', i, `vetoed_by[${n}]`),
        'a meter of this genesis, once',
      );
    });
  });
  appliedChanges.forEach(({ unixS }, i) => {
    refuse(
      unixS > lastUnixS || (i > 0 && unixS < appliedChanges[i - 1].unixS),
      at('applied_changes', i),
      'changes in the order of time, none after last_unix_s',
    );
  });
}

/** Operators follow each other by number, and the last of them is the operator. */
function checkRotations(past: Past): void {
  const { operator, rotations, queuedRotations, operatorVotes, lastUnixS } = past;
  rotations.forEach(({ n, unixS }, i) => {
    refuse(n !== i + 1, at('rotations', i, 'n'), String(i + 1));
    refuse(unixS > lastUnixS, at('rotations', i, 'unix_s'), 'at most last_unix_s');
  });
  refuse(rotations.length > 0 && rotations.at(-1)!.address !== operator, `${STATE}.operator`, 'the address of the last rotation');
  const next = rotations.length + 1;
  refuse(queuedRotations.length > (isFresh(past) ? 0 : 1), `${STATE}.queued_rotations`, 'at most one, and none in a fresh genesis');
  queuedRotations.forEach(({ n, signature }, i) => {
    refuse(n !== next || signature === null, at('queued_rotations', i), `number ${next}, signed`);
  });
  operatorVotes.forEach(({ n, meter }, i) => {
    const twice = operatorVotes.findIndex((vote) => vote.meter === meter) !== i;
    refuse(n !== next || twice, at('operator_votes', i), `one of number ${next}, one of a meter`);
  });
}

/** Prices as SetPrices sets them, each known a slot beforehand. */
function checkSlotPrices({ slotPrices, params, clock, lastUnixS }: Past, shared: SharedRules | null): void {
  slotPrices.forEach((prices, i) => {
    const { slot, retailNelPerWh, feedInNelPerWh, unixS } = prices;
    refuse(
      slot > SLOT_MAX || (i > 0 && slot <= slotPrices[i - 1].slot),
      at('slot_prices', i, 'slot'),
      `at most ${SLOT_MAX}, and more than the one before`,
    );
    const step = params.rule === null ? 2 * params.tick : params.tick;
    refuse(retailNelPerWh % step !== 0 || feedInNelPerWh % step !== 0, at('slot_prices', i), `multiples of ${step} nELECTRA/Wh`);
    shared?.slotPrices(prices, i);
    refuse(
      unixS < clock.startUnixS || unixS > lastUnixS || slot * SLOT_S < unixS + PRICES_AHEAD_S,
      at('slot_prices', i),
      `a time of this chain, ${PRICES_AHEAD_S} s before the slot begins or earlier`,
    );
  });
}

/** `shared`: of a chain of communities, else null. @throws ProtocolError naming the field */
export function checkHistory(past: Past, shared: SharedRules | null): void {
  checkRotations(past);
  if (isFresh(past)) {
    checkFresh(past);
    return;
  }
  const meters = new Map(past.meters.map((meter) => [meter.meter, meter]));
  shared?.past(past);
  checkCounters(past);
  const rosters = checkRosters(past);
  checkMarks(past, meters);
  checkFinalReadings(past, meters, rosters);
  checkAnchors(past, shared);
  checkSlotPrices(past, shared);
  checkLog(past, meters, rosters);
  checkPower(past, meters);
}
