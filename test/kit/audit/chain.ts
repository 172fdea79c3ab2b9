/**
 * Makes a chain say what a bundle says: validators that the tests own, a state with the bundle's rosters, tariffs, anchors, disputes and
 * open NoBills, one header over it, and the proofs. Applied after a forgery it plays a majority of validators that lies with the node, so
 * that a test sees whether the other checks hold on their own; applied before, an honest chain that contradicts the forger.
 */

import { genesisExtract, genesisHash } from '../../../src/protocol/genesis/index.ts';
import {
  type ChainFile,
  canonicalJson,
  encodeLogFile,
  encodeRoster,
  encodeStateFile,
  fieldToBytes,
  type Json,
  LOG_KINDS,
  type LogKind,
  OPERATORS_PATH,
  parseChainFile,
  parseOperatorsFile,
  parseRosterFile,
  type Roster as RosterOf,
  rosterDigest,
} from '../../../src/protocol/index.ts';
import {
  Anchor,
  Dispute,
  FinalReading,
  LogEntry,
  NoBill,
  Proven,
  Roster,
  Rotation,
  SlotPrices,
  Tariff,
} from '../../../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { stateKeys, stateRanges } from '../../../src/reader/light/index.ts';
import type { Untyped } from '../untyped.ts';
import { type DayBefore, frozenBeforeUnixS, writeEarlier } from './earlier.ts';
import { lightFile, signedHeader, type TestValidator, validators } from './headers.ts';
import { type Entry, State } from './iavl.ts';

export const VALIDATORS = validators(4);

const entry = (
  key: Uint8Array,
  type: { fromPartial(value: never): never; encode(message: never): { finish(): Uint8Array } },
  value: object,
): Entry => ({ key, value: type.encode(type.fromPartial(value as never)).finish() });

/** A tariff that no day of any test is under, so that the store always has something below and above a day's keys. */
const FAR = 4_000_000;

function tariffEntry({ tariff }: { tariff: ChainFile['tariff'] }): Entry {
  return entry(stateKeys.tariff(tariff.fromDay), Tariff as never, {
    fromDay: tariff.fromDay,
    rule: tariff.rule,
    retailNelPerWh: tariff.retailNelPerWh.map(BigInt),
    feedInNelPerWh: tariff.feedInNelPerWh.map(BigInt),
    feePerDayNel: tariff.feePerDayNel,
    height: 0n,
  });
}

function rosterEntry(roster: RosterOf, late: boolean, height: number, unixS: number): Entry[] {
  try {
    const encoded = encodeRoster(roster);
    return [
      entry(stateKeys.roster(roster.day, late), Roster as never, {
        day: roster.day,
        late,
        digest: Buffer.from(rosterDigest(encoded), 'hex'),
        encoded,
        height: BigInt(height),
        unixS: BigInt(unixS),
      }),
    ];
  } catch {
    return []; // a roster that no chain could hold
  }
}

/** A book that the chain has verified, when it was anchored or later. */
export const provenEntry = (
  day: number,
  { version, bookHash, totals, height, unixS }: ChainFile['anchors'][number],
  { entries, copies }: { entries: number; copies: number } = { entries: 1, copies: 0 },
): Entry =>
  entry(stateKeys.proven(day, version), Proven as never, {
    day,
    version,
    bookHash: Buffer.from(bookHash, 'hex'),
    totals: Buffer.from(totals ?? '', 'hex'),
    entries,
    copies,
    height: BigInt(height),
    unixS: BigInt(unixS),
    pricesHash: new Uint8Array(32),
  });

function dayEntries(
  chain: ChainFile,
  roster: ReturnType<typeof parseRosterFile>,
  provenAt: NonNullable<ChainOptions['provenAt']>,
): Entry[] {
  const { day } = chain;
  const late = chain.lateRoster;
  const disputed = new Set(chain.disputes.map(({ meter }) => meter));
  const copies = roster.meters.filter(({ meter, commitment }) => commitment === null || disputed.has(meter)).length;
  const counts = { entries: roster.meters.length, copies };
  return [
    ...chain.anchors.flatMap((anchor) => {
      const unixS = provenAt(day, anchor.version, anchor.unixS);
      return unixS === null ? [] : [provenEntry(day, { ...anchor, unixS }, counts)];
    }),
    ...rosterEntry({ day, meters: roster.meters }, false, chain.frozenHeight, chain.frozenUnixS),
    ...(late ? rosterEntry({ day, meters: late.meters }, true, late.frozenHeight, late.frozenUnixS) : []),
    tariffEntry(chain),
    ...chain.anchors.map(({ version, bookHash, totals, height, unixS }) =>
      entry(stateKeys.anchor(day, version), Anchor as never, {
        day,
        version,
        bookHash: Buffer.from(bookHash, 'hex'),
        totals: Buffer.from(totals ?? '', 'hex'),
        height: BigInt(height),
        unixS: BigInt(unixS),
      }),
    ),
    ...chain.disputes.map(({ meter, reason }) => disputeEntry(day, meter, reason)),
    ...chain.noBills
      .filter(({ open }) => open)
      .map(({ meter }) => entry(stateKeys.noBill(day, meter), NoBill as never, { meter, day, height: 9n })),
    ...chain.finalReadings.map(({ meter, link, height, unixS, objectedHeight }) =>
      entry(stateKeys.finalReading(day, meter), FinalReading as never, {
        meter,
        day,
        link: fieldToBytes(link),
        height: BigInt(height),
        unixS: BigInt(unixS),
        objectedHeight: BigInt(objectedHeight ?? 0),
      }),
    ),
    ...chain.slotPrices.map(slotPricesEntry),
  ];
}

/** Of a block at the time that it names; its height is no matter here. */
const slotPricesEntry = ({ slot, retailNelPerWh, feedInNelPerWh, unixS }: ChainFile['slotPrices'][number]): Entry =>
  entry(stateKeys.slotPrices(slot), SlotPrices as never, {
    slot,
    retailNelPerWh: BigInt(retailNelPerWh),
    feedInNelPerWh: BigInt(feedInNelPerWh),
    height: 9n,
    unixS: BigInt(unixS),
  });

const disputeEntry = (day: number, meter: string, reason: string): Entry =>
  entry(stateKeys.dispute(day, meter), Dispute as never, { meter, day, reason, height: 9n });

function beforeEntries(before: DayBefore): Entry[] {
  const { roster, disputed = [], proven = true } = before;
  const { day } = roster;
  const frozenUnixS = frozenBeforeUnixS(before);
  const anchor = { version: 1, bookHash: '00'.repeat(32), totals: '00'.repeat(32), height: 9, unixS: frozenUnixS };
  return [
    ...(proven ? [provenEntry(day, anchor)] : []),
    ...rosterEntry(roster, false, 9, frozenUnixS),
    ...disputed.map((meter) => disputeEntry(roster.day, meter, 'commitment-mismatch')),
  ];
}

/** What the chain keeps of the genesis that it began with; also of one that no reader takes. */
function genesisEntry({ chain_id, genesis_time, initial_height, app_state }: Editable): Entry {
  const { auth: _auth, consensus: _consensus, ...states } = app_state;
  const hash = genesisHash(genesisExtract(chain_id, genesis_time, Number(initial_height), states));
  return { key: stateKeys.genesisHash(), value: Uint8Array.from(Buffer.from(hash, 'hex')) };
}

/** The operators whom a file names, each in force since its time. */
function rotationEntries(text: string | undefined, unixS: (i: number) => number): Entry[] {
  try {
    return parseOperatorsFile(text ?? '').rotations.map(({ address, signature }, i) =>
      entry(stateKeys.rotation(i + 1), Rotation as never, {
        n: i + 1,
        address,
        signature: Buffer.from(signature ?? '', 'hex'),
        height: BigInt(9 + i),
        unixS: BigInt(unixS(i)),
      }),
    );
  } catch {
    return []; // none, or nothing that a chain could hold
  }
}

/** An entry of the log, without its number. */
export interface Logged {
  kind: LogKind;
  day: number;
  version?: number;
  meter?: string;
}

/** What the days' own files must have left in the log. */
function loggedOf(chain: ChainFile, roster: ReturnType<typeof parseRosterFile>): Logged[] {
  const { day, lateRoster } = chain;
  const inTime = new Set(roster.meters.flatMap(({ meter, commitment }) => (commitment === null ? [] : [meter])));
  const adds = lateRoster?.meters.some(({ meter, commitment }) => commitment !== null && !inTime.has(meter)) ?? false;
  return [
    ...chain.disputes.map(({ meter }): Logged => ({ kind: 'dispute', day, meter })),
    ...chain.noBills.map(({ meter }): Logged => ({ kind: 'no-bill', day, meter })),
    ...chain.noBills.filter(({ open }) => !open).map(({ meter }): Logged => ({ kind: 'no-bill-withdrawn', day, meter })),
    ...(adds ? [{ kind: 'late-roster', day } as const] : []),
    ...chain.anchors.filter(({ version }) => version > 1).map(({ version }): Logged => ({ kind: 'correction', day, version })),
    ...chain.finalReadings.map(({ meter }): Logged => ({ kind: 'final-reading', day, meter })),
    ...chain.finalReadings
      .filter(({ objectedHeight }) => objectedHeight !== null)
      .map(({ meter }): Logged => ({ kind: 'objection', day, meter })),
  ];
}

const logEntries = (log: readonly Logged[]): Entry[] => [
  ...log.map(({ kind, day, version = 0, meter = '' }, i) =>
    entry(stateKeys.logEntry(i + 1), LogEntry as never, { kind: LOG_KINDS.indexOf(kind) + 1, day, version, meter }),
  ),
  { key: stateKeys.nextSeq(), value: Uint8Array.of(0, 0, 0, 0, 0, 0, Math.floor((log.length + 1) / 256), (log.length + 1) % 256) },
];

// The files under test are edited as plain JSON.
type Editable = Untyped;

export interface ChainOptions {
  /** text of the genesis.json that the chain began with, if another one */
  begunWith?: string;
  /** what stands in the state besides: of the day after, say */
  extra?: readonly Entry[];
  /** days of the chain before the bundle */
  before?: readonly DayBefore[];
  /** chain time of the header, in seconds; default: just after all that the bundle shows */
  nowUnixS?: number;
  /** chain time of the block whose state is proven: its header is here too */
  heldUnixS?: number;
  /** whose consensus keys stand in genesis, one for each meter; default four */
  set?: readonly TestValidator[];
  /** who signs; default all of them */
  signers?: readonly TestValidator[];
  height?: number;
  /** when the chain verified an anchored version; null: it did not. Default: when it was anchored */
  provenAt?: (day: number, version: number, anchoredUnixS: number) => number | null;
  /** the chain's log; default: what the days' files must have left, in the order of the days */
  log?: readonly Logged[];
  /** chain times at which the operators of operators.json came into force; default: just now */
  rotatedUnixS?: readonly number[];
  /** from which number on log.json shows it; default 1 */
  logFrom?: number;
  /** stores of other modules, by name */
  stores?: Readonly<Record<string, readonly Entry[]>>;
  /** is shown the state that all proofs are of, after block `height` */
  onState?: (state: State, height: number) => void;
}

function timeOf(genesis: Editable, unixS: number): string {
  const startUnixS = Number(genesis.app_state.meter.clock.start_unix_s);
  const [whole, fraction] = String(genesis.genesis_time).replace('Z', '').split('.');
  const elapsedMs = ((unixS - startUnixS) * 1000) / Number(genesis.app_state.meter.clock.rate);
  const at = new Date(Date.parse(`${whole}Z`) + Math.ceil(elapsedMs / 1000) * 1000);
  return `${at.toISOString().slice(0, 19)}${fraction ? `.${fraction}` : ''}Z`;
}

/**
 * Writes genesis validators, light.json and every day's state.json so that the chain says what the files say. Files that cannot be read are
 * left alone.
 */
export function withChain(files: Map<string, string>, options: ChainOptions = {}): Map<string, string> {
  const genesis: Editable = JSON.parse(files.get('genesis.json')!);
  const doc = genesis.result?.genesis ?? genesis;
  const set = options.set ?? VALIDATORS;
  set.forEach(({ publicKey }, i) => {
    if (doc.app_state.meter.meters[i]) doc.app_state.meter.meters[i].consensus_key = Buffer.from(publicKey).toString('base64');
  });
  files.set('genesis.json', canonicalJson(genesis as Json));
  const dates = [...new Set([...files.keys()].flatMap((path) => /^days\/(\d{4}-\d\d-\d\d)\//.exec(path)?.[1] ?? []))].sort();
  const days = dates.flatMap((date) => {
    try {
      return [
        {
          date,
          chain: parseChainFile(files.get(`days/${date}/chain.json`)!),
          roster: parseRosterFile(files.get(`days/${date}/roster.json`)!),
        },
      ];
    } catch {
      return [];
    }
  });
  const chainId: string = doc.chain_id;
  const log = options.log ?? days.flatMap(({ chain, roster }) => loggedOf(chain, roster));
  const latest = Math.max(
    ...days.flatMap(({ chain: { frozenUnixS, lateRoster, anchors, finalReadings } }) => [
      frozenUnixS,
      lateRoster?.frozenUnixS ?? 0,
      ...[...anchors, ...finalReadings].map(({ unixS }) => unixS),
    ]),
  );
  const entries = new Map<string, Entry>();
  for (const one of [
    genesisEntry(options.begunWith === undefined ? doc : JSON.parse(options.begunWith)),
    ...days.flatMap(({ chain, roster }) => dayEntries(chain, roster, options.provenAt ?? ((_day, _version, unixS) => unixS))),
    ...(options.before ?? []).flatMap(beforeEntries),
    ...logEntries(log),
    ...rotationEntries(files.get(OPERATORS_PATH), (i) => options.rotatedUnixS?.[i] ?? latest),
    ...(options.extra ?? []),
    { key: stateKeys.tariff(FAR), value: Uint8Array.of(8, 1) },
    { key: Uint8Array.of(200), value: Uint8Array.of(1) },
  ]) {
    entries.set(Buffer.from(one.key).toString('hex'), one);
  }
  const state = new State([...entries.values()], options.stores);
  const height =
    options.height ??
    Math.max(
      1,
      ...days.flatMap(({ chain }) => [chain.frozenHeight, chain.lateRoster?.frozenHeight ?? 0, ...chain.anchors.map((a) => a.height)]),
    ) + 7;
  options.onState?.(state, height);
  const of = { chainId, appHash: state.appHash, set, ...(options.signers ? { signers: options.signers } : {}) };
  const held = options.heldUnixS === undefined ? [] : [signedHeader({ ...of, height, time: timeOf(doc, options.heldUnixS) })];
  const header = signedHeader({
    ...of,
    ...{ height: height + 1, time: timeOf(doc, options.nowUnixS ?? latest + 1) },
    ...(held[0] ? { lastBlockHash: held[0].commit.block_id.hash } : {}),
  });
  files.set(
    'light.json',
    lightFile(
      chainId,
      [...held, header].map((one) => ({ ...one, set })),
    ),
  );
  const from = options.logFrom ?? 1;
  files.set(
    'log.json',
    encodeLogFile({
      chainId,
      height,
      store: state.store,
      from,
      proofs: state.proveRange(stateRanges.log(from)),
      rotations: state.proveRange(stateRanges.rotations()),
    }),
  );
  for (const [
    i,
    {
      date,
      chain: { day },
    },
  ] of days.entries())
    files.set(
      `days/${date}/state.json`,
      encodeStateFile({
        chainId,
        day,
        height,
        store: state.store,
        genesis: state.prove(stateKeys.genesisHash()),
        roster: state.prove(stateKeys.roster(day, false)),
        lateRoster: state.prove(stateKeys.roster(day, true)),
        tariff: state.prove(stateKeys.tariff(day)),
        nextSeq: state.prove(stateKeys.nextSeq()),
        anchors: state.proveRange(stateRanges.anchors(day)),
        proven: state.proveRange(stateRanges.proven(day)),
        disputes: state.proveRange(stateRanges.disputes(day)),
        noBills: state.proveRange(stateRanges.noBills(day)),
        finalReadings: state.proveRange(stateRanges.finalReadings(day)),
        slotPrices: state.proveRange(stateRanges.slotPrices(day)),
        following:
          i < days.length - 1
            ? null
            : {
                roster: state.prove(stateKeys.roster(day + 1, false)),
                anchor: state.prove(stateKeys.anchor(day + 1, 1)),
                proven: state.prove(stateKeys.proven(day + 1, 1)),
              },
      }),
    );
  writeEarlier(files, days, options.before ?? [], { chainId, height, state });
  return files;
}
