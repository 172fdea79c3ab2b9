/**
 * What a board of the node holds that somebody should know: each thing with its meter, day and time limit, and the command that is next.
 * `needs`: a person has to do something about it; the rest goes on by itself or stays as it is.
 */
import { addDays, bookDay, monthOf } from '../values/day-clock.ts';
import * as commands from './commands.ts';
import type { Board } from './question.ts';

/** In the order of what cannot wait. */
export const KINDS = [
  'notReady',
  'power',
  'rotation',
  'noTariff',
  'dayWaits',
  'unsent',
  'missing',
  'pricesEnd',
  'silent',
  'run',
  'dispute',
  'noBill',
  'refused',
  'change',
  'objection',
  'late',
  'substitute',
  'odd',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Matter {
  kind: Kind;
  needs: boolean;
  meter?: string;
  day?: string;
  /** the last day, where it is of several */
  until?: string;
  /** as the node says it, or a code */
  detail?: string;
  dueMs?: number;
  command?: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A day that is on its way so long after its freeze is looked at. */
const SLOW_MS = HOUR_MS;
/** A day's book has to be anchored so long after the freeze. */
const ANCHOR_DUE_MS = 48 * HOUR_MS;
/** Statements come within this time after midnight. */
const SIGNED_WITHIN_MS = HOUR_MS;
/** A run that closes by itself is looked at when its time is that near. */
const RUN_NEAR_MS = 3 * DAY_MS;
const RECENT_DAYS = 3;
/** An objection stays for good; for so long it is also news. */
const NEWS_MS = 14 * DAY_MS;
const PRICES_NEAR_MS = 6 * HOUR_MS;

type Find = (board: Board) => Matter[];

const notReady: Find = ({ health }) =>
  health.reasons.map((detail) => ({ kind: 'notReady', needs: true, detail, command: commands.doctor }));

const power: Find = ({ power: { validators, reporting, needed } }) =>
  validators > 0 && (reporting < needed || (reporting === needed && reporting < validators))
    ? [{ kind: 'power', needs: true, detail: `${reporting}/${validators}/${needed}`, command: commands.doctor }]
    : [];

const tariffs: Find = ({ tariff, slotPricesUntil, facts }) => {
  if (!tariff.today || !tariff.tomorrow) return [{ kind: 'noTariff', needs: true, command: commands.setTariff(addDays(facts.today, 1)) }];
  const dueMs = slotPricesUntil === null ? Number.POSITIVE_INFINITY : Date.parse(slotPricesUntil);
  const near = dueMs > facts.chainTimeMs - DAY_MS && dueMs < facts.chainTimeMs + PRICES_NEAR_MS;
  return near ? [{ kind: 'pricesEnd', needs: true, dueMs, command: commands.importPrices }] : [];
};

const days: Find = ({ days: all, facts: { chainTimeMs } }) =>
  all
    .filter(({ state, version, waiting, frozenAt }) => {
      const slow = chainTimeMs - Date.parse(frozenAt) > SLOW_MS;
      return version === 1 ? state !== 'RELEASED' && slow : waiting !== null;
    })
    .map(({ day, waiting, frozenAt, state }) => ({
      kind: 'dayWaits',
      needs: true,
      day,
      detail: waiting ?? state.toLowerCase(),
      ...(state === 'ANCHORED' ? {} : { dueMs: Date.parse(frozenAt) + ANCHOR_DUE_MS }),
      command: commands.doctor,
    }));

const outbox: Find = ({ health: { outboxFailed } }) =>
  outboxFailed > 0 ? [{ kind: 'unsent', needs: true, detail: String(outboxFailed), command: commands.doctor }] : [];

const statements: Find = ({ missing, facts: { chainTimeMs } }) =>
  missing.flatMap(({ meter, day, frozen, freezesAt, lateHeight }): Matter[] => {
    if (lateHeight !== null) return [{ kind: 'late', needs: false, meter, day }];
    if (frozen) return []; // a substitute is booked: unmetered days have it
    const needs = chainTimeMs - Date.parse(`${addDays(day, 1)}T00:00:00Z`) > SIGNED_WITHIN_MS;
    return [{ kind: 'missing', needs, meter, day, ...(freezesAt === null ? {} : { dueMs: Date.parse(freezesAt) }) }];
  });

const silent: Find = ({ meters }) =>
  meters
    .filter((meter) => meter.silent)
    .map(({ address, lastReportAt }) => ({
      kind: 'silent',
      needs: true,
      meter: address,
      ...(lastReportAt === null ? {} : { detail: lastReportAt }),
      command: commands.doctor,
    }));

const runs: Find = ({ runs: open, facts: { chainTimeMs, today } }) =>
  open.map(({ meter, firstDay, lastDay, follows, why, dueAt }) => {
    const dueMs = Date.parse(dueAt);
    const command =
      follows === 'NOTHING' ? commands.retire(meter, today) : follows === 'SERVICE_END' ? commands.finalReading(meter) : commands.doctor;
    const byItself = follows === 'METERED' || follows === 'FINAL_READING';
    return {
      kind: 'run',
      needs: !byItself || dueMs - chainTimeMs < RUN_NEAR_MS,
      meter,
      day: firstDay,
      until: lastDay,
      detail: why,
      dueMs,
      command,
    };
  });

/** A register that jumps is other hardware, or the old one reset: the old key's service ends, as docs/meter-sdk.md says of an exchange. */
const disputes: Find = ({ disputes: all, health: { lastFrozenDay }, facts: { today } }) =>
  all.map(({ meter, day, reason }) => ({
    kind: 'dispute',
    needs: lastFrozenDay !== null && day > addDays(lastFrozenDay, -RECENT_DAYS),
    meter,
    day,
    detail: reason,
    command: reason === 'registers-jump' ? commands.retire(meter, today) : commands.report(day),
  }));

const noBills: Find = ({ noBills: all }) =>
  all
    .filter(({ withdrawnHeight }) => withdrawnHeight === null)
    .map(({ meter, day }) => ({ kind: 'noBill', needs: true, meter, day, command: commands.invoices(monthOf(day)) }));

const objections: Find = ({ finalReadings, facts: { chainTimeMs } }) =>
  finalReadings
    .filter(({ objectedHeight }) => objectedHeight !== null)
    .map(({ meter, day, at }) => ({ kind: 'objection', needs: chainTimeMs - Date.parse(at) < NEWS_MS, meter, day }));

const changes: Find = ({ changes: all }) =>
  all
    .filter(({ fate }) => fate === null)
    .map(({ meter, end, vetoedBy, dueAt, asked }) => ({
      kind: 'change',
      needs: !asked,
      meter,
      detail: `${end ? 'end' : 'begin'} ${vetoedBy.length}`,
      dueMs: Date.parse(dueAt),
      command: commands.changes,
    }));

/** Another operator is on its way: it concerns everybody, whoever asked for it. Who knows nothing of it has lost a key. */
const rotation: Find = ({ rotation: queued }) =>
  queued === null
    ? []
    : [
        {
          kind: 'rotation',
          needs: true,
          detail: `${queued.vetoes} ${queued.address}`,
          dueMs: Date.parse(queued.dueAt),
          command: commands.showOperator,
        },
      ];

const refused: Find = ({ refused: all, facts: { today } }) =>
  all.map(({ meter, day, reason }) => ({
    kind: 'refused',
    needs: day > addDays(today, -RECENT_DAYS),
    meter,
    day,
    detail: reason,
    command: commands.doctor,
  }));

const substitutes: Find = ({ unmetered, missing }) =>
  unmetered
    .filter(
      ({ source, meter, day }) =>
        source === 'SUBSTITUTE' && !missing.some((one) => one.meter === meter && one.day === day && one.lateHeight !== null),
    )
    .map(({ meter, day }) => ({ kind: 'substitute', needs: false, meter, day }));

const odd: Find = ({ health }) => health.oddities.map((detail) => ({ kind: 'odd', needs: false, detail, command: commands.doctor }));

const FINDS = [
  notReady,
  power,
  rotation,
  tariffs,
  days,
  outbox,
  statements,
  silent,
  runs,
  disputes,
  noBills,
  objections,
  changes,
  refused,
  substitutes,
  odd,
];

/** Everything, by kind in the order above; of a kind what is due first comes first. */
export function mattersOf(board: Board): Matter[] {
  const dueOf = ({ dueMs }: Matter): number => dueMs ?? Number.POSITIVE_INFINITY;
  return FINDS.flatMap((find) => find(board)).sort(
    (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (dueOf(a) === dueOf(b) ? 0 : dueOf(a) - dueOf(b)),
  );
}

/** Those that a person has to do something about, by kind. */
export const pressing = (board: Board): [Kind, Matter[]][] => [
  ...Map.groupBy(
    mattersOf(board).filter(({ needs }) => needs),
    ({ kind }) => kind,
  ),
];

/** When the next day can be frozen, by chain time. */
export const nextFreezeMs = ({ facts }: Pick<Board, 'facts'>): number => {
  const ended = addDays(bookDay(facts.chainTimeMs - facts.freezesAfterS * 1000), 1);
  return Date.parse(`${ended}T00:00:00Z`) + facts.freezesAfterS * 1000;
};
