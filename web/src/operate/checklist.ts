/**
 * What a community's first days need, in order, each line with how it stands. Two things no page can see, since they are on the machine
 * alone: for these there is a box to tick, which is kept on this device.
 */
import * as commands from './commands.ts';
import type { Board } from './question.ts';

export const STEPS = ['chain', 'backup', 'tariff', 'validators', 'meters', 'reports', 'frozen', 'audited', 'seen'] as const;
export type Step = (typeof STEPS)[number];

export interface Line {
  step: Step;
  done: boolean;
  /** done, of so many */
  count?: [done: number, all: number];
  /** a person says so, for nothing here can see it */
  byHand?: boolean;
  command?: string;
}

/** A chain has to go on where one of its validators is away. */
const VALIDATORS_MIN = 4;

/** @param ticked what was said to be done by hand */
export function checklistOf(board: Board, ticked: ReadonlySet<Step>): Line[] {
  const { health, tariff, power, facts, membersSignedIn, days } = board;
  const served = board.meters.filter(({ firstDay, lastDay }) => firstDay <= facts.today && (lastDay === null || lastDay >= facts.today));
  const reported = served.filter(({ lastReportAt }) => lastReportAt !== null).length;
  const audited = facts.lastReleasedDay !== null || days.some(({ state }) => state === 'AUDITED' || state === 'ANCHORED');
  return [
    { step: 'chain', done: health.indexedHeight > 0 },
    { step: 'backup', done: ticked.has('backup'), byHand: true, command: commands.backup },
    { step: 'tariff', done: tariff.today, command: commands.setTariff(facts.today) },
    {
      step: 'validators',
      done: power.validators >= VALIDATORS_MIN && power.reporting >= power.needed,
      count: [power.reporting, power.validators],
      command: commands.doctor,
    },
    {
      step: 'meters',
      done: board.meters.length > 0,
      count: [board.meters.length, board.meters.length],
      command: commands.enrol(facts.today),
    },
    {
      step: 'reports',
      done: served.length > 0 && reported === served.length,
      count: [reported, served.length],
      command: commands.listMeters,
    },
    { step: 'frozen', done: health.lastFrozenDay !== null },
    { step: 'audited', done: audited },
    { step: 'seen', done: membersSignedIn > 0 && facts.lastReleasedDay !== null },
  ];
}
