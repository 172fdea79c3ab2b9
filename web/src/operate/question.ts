/** What the operator's pages ask, and the shapes of the answers. No answer holds a reading or an amount. */
import { ask } from '../api/client.ts';
import { addDays, bookDay } from '../values/day-clock.ts';

export interface Facts {
  name: string;
  version: string;
  chainId: string;
  /** ms since 1970, by the chain */
  chainTimeMs: number;
  /** the day of the books that is now */
  today: string;
  timeZone: string;
  currency: string;
  freezesAfterS: number;
  lastReleasedDay: string | null;
}

export interface OperatedMeter {
  address: string;
  member: string;
  name: string | null;
  firstDay: string;
  serviceDay: string | null;
  lastDay: string | null;
  maxWhPerSlot: number;
  validator: boolean;
  lastReportAt: string | null;
  silent: boolean;
}

export interface DayStatus {
  day: string;
  version: number;
  state: 'FROZEN' | 'DRAFTED' | 'PROVEN' | 'AUDITED' | 'ANCHORED' | 'RELEASED';
  waiting: string | null;
  frozenAt: string;
  anchorHeight: number | null;
  releasedAt: string | null;
}

export interface Health {
  ready: boolean;
  reasons: readonly string[];
  oddities: readonly string[];
  indexedHeight: number;
  checkedHeight: number;
  lagS: number;
  lagLimitS: number;
  proofsWaiting: number;
  outboxPending: number;
  outboxFailed: number;
  refusedBoxes: number;
  badTransactions: number;
  lastFrozenDay: string | null;
}

export interface Missing {
  meter: string;
  day: string;
  frozen: boolean;
  freezesAt: string | null;
  lateHeight: number | null;
}

export interface Run {
  meter: string;
  firstDay: string;
  lastDay: string;
  follows: 'METERED' | 'SERVICE_END' | 'FINAL_READING' | 'NOTHING';
  why: string;
  dueAt: string;
}

export interface Change {
  meter: string;
  end: boolean;
  asked: boolean;
  dueAt: string;
  vetoedBy: readonly string[];
  fate: string | null;
}

/** Who is to be the operator after this one. */
export interface Rotation {
  n: number;
  dueAt: string;
  vetoes: number;
  address: string;
}

export interface Board {
  facts: Facts;
  health: Health;
  meters: readonly OperatedMeter[];
  power: { validators: number; reporting: number; needed: number };
  sealingKey: { epoch: number; since: string } | null;
  /** newest first */
  days: readonly DayStatus[];
  missing: readonly Missing[];
  unmetered: readonly { meter: string; day: string; version: number; source: 'SUBSTITUTE' | 'DISPUTED' }[];
  disputes: readonly { meter: string; day: string; reason: string }[];
  noBills: readonly { meter: string; day: string; withdrawnHeight: number | null }[];
  finalReadings: readonly { meter: string; day: string; at: string; objectedHeight: number | null }[];
  runs: readonly Run[];
  changes: readonly Change[];
  /** null while nobody is to follow */
  rotation: Rotation | null;
  refused: readonly { kind: 'REPORT' | 'STATEMENT'; meter: string; day: string; reason: string }[];
  /** whether outside prices of today, and of tomorrow, are known */
  tariff: { today: boolean; tomorrow: boolean };
  slotPricesUntil: string | null;
  membersSignedIn: number;
}

/** Days that the pages of today and of exceptions look back: late statements are due in these. */
export const LOOK_BACK_DAYS = 45;
const PAGES_MAX = 20;

interface Page<T> {
  edges: readonly { node: T }[];
  pageInfo?: { hasNextPage: boolean; endCursor: string | null };
}
const nodesOf = <T>({ edges }: Page<T>): T[] => edges.map(({ node }) => node);

const FACTS = 'service { name version chainId chainTime timeZone currency freezesAfterS lastReleasedDay }';

interface FactsAnswer extends Omit<Facts, 'chainTimeMs' | 'today' | 'freezesAfterS'> {
  chainTime: string;
  freezesAfterS: string;
}

function factsOf({ chainTime, freezesAfterS, ...service }: FactsAnswer): Facts {
  const chainTimeMs = Date.parse(chainTime);
  return { ...service, chainTimeMs, today: bookDay(chainTimeMs), freezesAfterS: Number(freezesAfterS) };
}

export const askFacts = async (): Promise<Facts> => factsOf((await ask<{ service: FactsAnswer }>(`{ ${FACTS} }`)).service);

/** Every page of a list of the operator's. */
async function askAll<T>(name: string, fields: string, args = ''): Promise<T[]> {
  const found: T[] = [];
  let after: string | null = null;
  for (let i = 0; i < PAGES_MAX; i++) {
    const { operation }: { operation: Record<string, Page<T>> } = await ask<{ operation: Record<string, Page<T>> }>(
      `query ($after: String) { operation { ${name}(first: 100, after: $after${args}) {
         edges { node { ${fields} } } pageInfo { hasNextPage endCursor } } } }`,
      { after },
    );
    const page: Page<T> = operation[name];
    found.push(...nodesOf(page));
    if (!page.pageInfo?.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  return found;
}

export const askMeters = (): Promise<OperatedMeter[]> =>
  askAll('meters', 'address member name firstDay serviceDay lastDay maxWhPerSlot validator lastReportAt silent');

const list = (name: string, args: string, fields: string): string => `${name}(first: 100${args}) { edges { node { ${fields} } } }`;

const boardQuery = `query ($from: Date!, $to: Date!, $tomorrow: Date!) {
  today: tariff(day: $to) { fromDay }
  tomorrow: tariff(day: $tomorrow) { fromDay }
  service { queuedRotation { n dueAt vetoes address } }
  operation {
    health { ready reasons oddities indexedHeight checkedHeight lagS lagLimitS proofsWaiting outboxPending outboxFailed refusedBoxes
      badTransactions lastFrozenDay }
    power { validators reporting needed }
    sealingKey { epoch since }
    slotPricesUntil
    membersSignedIn
    ${list('days', ', from: $from', 'day version state waiting frozenAt anchorHeight releasedAt')}
    ${list('missingStatements', ', from: $from, to: $to', 'meter day frozen freezesAt lateHeight')}
    ${list('unmeteredDays', ', from: $from', 'meter day version source')}
    ${list('disputes', ', from: $from', 'meter day reason')}
    ${list('noBills', '', 'meter day withdrawnHeight')}
    ${list('finalReadings', '', 'meter day at objectedHeight')}
    ${list('runs', '', 'meter firstDay lastDay follows why dueAt')}
    ${list('validatorChanges', '', 'meter end asked dueAt vetoedBy fate')}
    ${list('refusedBoxes', '', 'kind meter day reason')}
  }
}`;

type Element<T> = T extends readonly (infer E)[] ? E : never;
interface BoardAnswer {
  today: object | null;
  tomorrow: object | null;
  service: { queuedRotation: Rotation | null };
  operation: Pick<Board, 'health' | 'power' | 'sealingKey' | 'slotPricesUntil' | 'membersSignedIn'> & {
    days: Page<DayStatus>;
    missingStatements: Page<Missing>;
    unmeteredDays: Page<Element<Board['unmetered']>>;
    disputes: Page<Element<Board['disputes']>>;
    noBills: Page<Element<Board['noBills']>>;
    finalReadings: Page<Element<Board['finalReadings']>>;
    runs: Page<Run>;
    validatorChanges: Page<Change>;
    refusedBoxes: Page<Element<Board['refused']>>;
  };
}

export async function askBoard(): Promise<Board> {
  const facts = await askFacts();
  const [meters, { today, tomorrow, service, operation }] = await Promise.all([
    askMeters(),
    ask<BoardAnswer>(boardQuery, { from: addDays(facts.today, -LOOK_BACK_DAYS), to: facts.today, tomorrow: addDays(facts.today, 1) }),
  ]);
  return {
    facts,
    meters,
    health: operation.health,
    power: operation.power,
    sealingKey: operation.sealingKey,
    slotPricesUntil: operation.slotPricesUntil,
    membersSignedIn: operation.membersSignedIn,
    days: nodesOf(operation.days),
    missing: nodesOf(operation.missingStatements),
    unmetered: nodesOf(operation.unmeteredDays),
    disputes: nodesOf(operation.disputes),
    noBills: nodesOf(operation.noBills),
    finalReadings: nodesOf(operation.finalReadings),
    runs: nodesOf(operation.runs),
    changes: nodesOf(operation.validatorChanges),
    rotation: service.queuedRotation,
    refused: nodesOf(operation.refusedBoxes),
    tariff: { today: today !== null, tomorrow: tomorrow !== null },
  };
}

export interface Tariff {
  fromDay: string;
  rule: string;
  retailNelPerWh: readonly number[];
  feedInNelPerWh: readonly number[];
  feePerDayNel: string;
}

export interface Tariffs {
  facts: Facts;
  /** newest first */
  tariffs: readonly Tariff[];
  slotPricesUntil: string | null;
}

export async function askTariffs(): Promise<Tariffs> {
  const { service, operation } = await ask<{
    service: FactsAnswer;
    operation: { tariffs: Page<Tariff>; slotPricesUntil: string | null };
  }>(`{ ${FACTS} operation { slotPricesUntil
    tariffs(first: 20) { edges { node { fromDay rule retailNelPerWh feedInNelPerWh feePerDayNel } } } } }`);
  return { facts: factsOf(service), tariffs: nodesOf(operation.tariffs), slotPricesUntil: operation.slotPricesUntil };
}

export type DayState = 'OUT' | 'AHEAD' | 'MISSING' | 'SIGNED' | 'METERED' | 'SUBSTITUTE' | 'LATE' | 'DISPUTED';

export interface MeterMonth {
  meter: string;
  name: string | null;
  days: readonly DayState[];
}

export interface MemberInvoicing {
  member: string;
  name: string | null;
  /** to be invoiced */
  bills: number;
  /** of the newest invoice; null while none was issued */
  revision: number | null;
  issuedAt: string | null;
  /** bills that the newest invoice does not hold as they are now */
  changed: number;
}

export interface Month {
  facts: Facts;
  meters: readonly MeterMonth[];
  invoicing: readonly MemberInvoicing[];
  /** of the month, newest first */
  days: readonly DayStatus[];
}

export async function askMonth(month: string, first: string, last: string): Promise<Month> {
  const [facts, meters, invoicing, days] = await Promise.all([
    askFacts(),
    askAll<MeterMonth>('completeness', 'meter name days', `, month: "${month}"`),
    askAll<MemberInvoicing>('invoicing', 'member name bills revision issuedAt changed', `, month: "${month}"`),
    askAll<DayStatus>('days', 'day version state waiting frozenAt anchorHeight releasedAt', `, from: "${first}", to: "${last}"`),
  ]);
  return { facts, meters, invoicing, days };
}

export interface Days {
  facts: Facts;
  days: readonly DayStatus[];
  next: string | null;
}

export async function askDays(after: string | null): Promise<Days> {
  const { service, operation } = await ask<{
    service: FactsAnswer;
    operation: { days: Page<DayStatus> & { pageInfo: { hasNextPage: boolean; endCursor: string | null } } };
  }>(
    `query ($after: String) { ${FACTS} operation { days(first: 31, after: $after) {
       edges { node { day version state waiting frozenAt anchorHeight releasedAt } } pageInfo { hasNextPage endCursor } } } }`,
    { after },
  );
  const { pageInfo } = operation.days;
  return { facts: factsOf(service), days: nodesOf(operation.days), next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}
