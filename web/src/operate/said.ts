/** How the operator's pages name meters, times and what is left of them. */
import { dayName, dayRange, moment } from '../i18n/format.ts';
import { locale } from '../i18n/index.ts';
import { operateTexts } from '../i18n/operate/index.ts';
import { byName } from '../values/by-name.ts';
import { shortAddress } from '../values/short-address.ts';
import type { Kind, Matter } from './matters.ts';
import { nodeWord } from './node-words.ts';
import type { Board } from './question.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Named = Pick<Board, 'meters'>;

const nameOf = ({ meters }: Named, address: string): string =>
  meters.find((meter) => meter.address === address)?.name ?? shortAddress(address);

const namesOf = (board: Named, addresses: readonly string[]): string => fewOf(addresses.map((address) => nameOf(board, address)));

/** A few names, and how many more. */
export function fewOf(all: readonly string[], shown = 3): string {
  const names = byName([...new Set(all)], (name) => name, locale());
  const rest = names.length - shown;
  const said = rest > 0 ? [...names.slice(0, shown), operateTexts().others(rest)] : names;
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(said);
}

/** Matters whose order nothing else gives, by the names of their meters. */
export function sortedByName(matters: readonly Matter[], board: Named): readonly Matter[] {
  const hasOrder = matters.some(({ dueMs, day }) => dueMs !== undefined || day !== undefined);
  return hasOrder ? matters : byName(matters, ({ meter }) => (meter ? nameOf(board, meter) : ''), locale());
}

/** How far a moment is from another, in words: in 3 hours, 2 days ago. */
export function fromNow(ms: number, nowMs: number): string {
  const away = ms - nowMs;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'always' });
  if (Math.abs(away) < HOUR_MS) return format.format(Math.round(away / 60_000), 'minute');
  return Math.abs(away) < 2 * DAY_MS ? format.format(Math.round(away / HOUR_MS), 'hour') : format.format(Math.round(away / DAY_MS), 'day');
}

export const at = (ms: number, { facts }: Pick<Board, 'facts'>): string => moment(ms / 1000, facts.timeZone);

/** What the node says of a matter: its own words, or a code of ours in the reader's. */
function detailOf({ kind, detail }: Matter, board: Pick<Board, 'facts'>): string | null {
  const texts = operateTexts().detail;
  if (kind === 'silent') return detail === undefined ? texts.neverReported : texts.lastReport(at(Date.parse(detail), board));
  if (detail === undefined) return null;
  if (kind === 'power') {
    const [reporting, all, needed] = detail.split('/');
    return texts.power(reporting, all, needed);
  }
  if (kind === 'unsent') return texts.unsent(detail);
  if (kind === 'rotation') {
    const [vetoes, address] = detail.split(' ');
    return texts.rotates(address, Number(vetoes));
  }
  if (kind === 'change') {
    const [what, vetoes] = detail.split(' ');
    return (what === 'begin' ? texts.begins : texts.ends)(Number(vetoes));
  }
  return kind === 'notReady' || kind === 'odd' ? ofNode(detail) : detail;
}

/** What the node says of itself, in the reader's language or as it says it. */
export function ofNode(text: string): string {
  const word = nodeWord(text);
  if (word === null) return text;
  const { others, node } = operateTexts();
  const named = word.days.map((day) => dayName(day));
  const days = new Intl.ListFormat(locale(), { type: 'conjunction' }).format(word.more > 0 ? [...named, others(word.more)] : named);
  const said = node.told[word.is]({ ...word, days });
  return word.main === null ? said : node.ofMain(word.main, said);
}

/** One matter in a line. */
export function lineOf(matter: Matter, board: Board): string {
  const { meter, day, until, dueMs } = matter;
  return [
    meter && nameOf(board, meter),
    day && dayRange(day, until ?? day),
    detailOf(matter, board),
    dueMs !== undefined && operateTexts().due(at(dueMs, board), fromNow(dueMs, board.facts.chainTimeMs)),
  ]
    .filter(Boolean)
    .join(' · ');
}

export const titleOf = (kind: Kind, matters: readonly Matter[], board: Board): string =>
  operateTexts().matters[kind].title(
    matters.length,
    namesOf(
      board,
      matters.flatMap(({ meter }) => meter ?? []),
    ),
  );
