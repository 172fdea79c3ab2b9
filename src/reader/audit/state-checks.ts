/**
 * Check 2: what the bundle says of the chain is the chain's state, by ICS-23 proofs against verified headers (protocol §7).
 *
 * Each proof is about a key that is made here, and ranges are walked from neighbour to neighbour, so the file can leave out no anchor,
 * dispute or NoBill, and invent none. What was proven is then held against roster.json and chain.json, on which all later checks work.
 * Genesis is held against the hash that the chain keeps of it: so all of it is the chain's, whoever wrote the file.
 */
import { toBase64 } from '@cosmjs/encoding';
import type { Genesis } from '../../protocol/genesis/index.ts';
import { type ChainFile, canonicalJson, type Json, ProtocolError, type Roster, type StateFile } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import {
  type AnchorState,
  appHashAfter,
  type DisputeState,
  type Entry,
  type Header,
  type KeyRange,
  type LightState,
  METER_STORE,
  type NoBillState,
  nextInRange,
  type ProofOps,
  type RosterState,
  readAnchor,
  readDispute,
  readGenesisHash,
  readNoBill,
  readRoster,
  readTariffInForce,
  type Shown,
  stateKeys,
  stateRanges,
  type TariffState,
  verifyRange,
  verifyState,
} from '../light/index.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import type { Headers } from './header-checks.ts';

/** What the chain's state says of a day. */
interface Proven {
  roster: RosterState | null;
  lateRoster: RosterState | null;
  tariff: TariffState;
  anchors: AnchorState[];
  disputes: DisputeState[];
  noBills: NoBillState[];
  /** of the day after; null where the file does not say */
  following: { roster: RosterState | null; anchor: AnchorState | null } | null;
}

/** What state proofs of one block show. */
export class Reader {
  readonly #file: Pick<StateFile, 'store'>;
  readonly #appHash: Uint8Array;

  /** `file`: proves the store's root */
  constructor(file: Pick<StateFile, 'store'>, appHash: Uint8Array) {
    this.#file = file;
    this.#appHash = appHash;
  }

  ops(key: Uint8Array, proof: string): ProofOps {
    return [
      { type: 'ics23:iavl', key: toBase64(key), data: proof },
      { type: 'ics23:simple', key: toBase64(new TextEncoder().encode(METER_STORE)), data: this.#file.store },
    ];
  }

  /** A key, there or absent. */
  shown(key: Uint8Array, proof: string): Shown {
    return verifyState(this.#appHash, METER_STORE, key, this.ops(key, proof));
  }

  one<T>(key: Uint8Array, proof: string, read: (entry: Entry) => T): T | null {
    const shown = this.shown(key, proof);
    return shown.absent ? null : read({ key, value: shown.value });
  }

  all<T>({ from, to }: KeyRange, proofs: readonly string[], read: (entry: Entry) => T): T[] {
    let key: Uint8Array | null = from;
    const steps = proofs.map((proof) => {
      const asked: Uint8Array = key ?? from; // one proof too many: verifyRange refuses it
      const ops = this.ops(asked, proof);
      key = nextInRange(asked, to, verifyState(this.#appHash, METER_STORE, asked, ops));
      return ops;
    });
    return verifyRange(this.#appHash, METER_STORE, from, to, steps).entries.map(read);
  }
}

/** Verifies every proof of a day's state file. @throws ProtocolError naming what does not hold */
function prove(file: StateFile, appHash: Uint8Array, genesis: Genesis): Proven {
  const { day } = file;
  const reader = new Reader(file, appHash);
  const begun = reader.one(stateKeys.genesisHash(), file.genesis, readGenesisHash);
  if (begun !== genesis.hash)
    throw new ProtocolError('wrong-value', 'state.genesis', `${genesis.hash}, the hash of genesis.json: this chain began with ${begun}`);
  return {
    roster: reader.one(stateKeys.roster(day, false), file.roster, readRoster),
    lateRoster: reader.one(stateKeys.roster(day, true), file.lateRoster, readRoster),
    tariff: readTariffInForce(day, reader.shown(stateKeys.tariff(day), file.tariff)),
    anchors: reader.all(stateRanges.anchors(day), file.anchors, readAnchor),
    disputes: reader.all(stateRanges.disputes(day), file.disputes, readDispute),
    noBills: reader.all(stateRanges.noBills(day), file.noBills, readNoBill),
    following: file.following && {
      roster: reader.one(stateKeys.roster(day + 1, false), file.following.roster, readRoster),
      anchor: reader.one(stateKeys.anchor(day + 1, 1), file.following.anchor, readAnchor),
    },
  };
}

const sameMeters = (a: Roster['meters'], b: Roster['meters']): boolean =>
  a.length === b.length && a.every(({ meter, commitment }, i) => meter === b[i].meter && commitment === b[i].commitment);

const text = (value: unknown): string => canonicalJson(value as Json);

function listFault(what: string, proven: readonly unknown[], said: readonly unknown[]): Fault[] {
  return text(proven) === text(said)
    ? []
    : [{ detail: `chain.${what}: the chain's state has ${proven.length} of them, proven; the file lists ${said.length} or other ones` }];
}

/** What roster.json and chain.json say that the state does not. */
function contradictions(proven: Proven, chain: ChainFile, roster: Roster & { digest: string }): Fault[] {
  const faults: Fault[] = [];
  if (!proven.roster) faults.push({ detail: "the chain's state has no roster of this day" });
  else {
    if (
      proven.roster.digest !== chain.rosterDigest ||
      proven.roster.digest !== roster.digest ||
      !sameMeters(proven.roster.roster.meters, roster.meters)
    )
      faults.push({ detail: `the chain froze another roster: ${proven.roster.digest}` });
    if (proven.roster.unixS !== chain.frozenUnixS || proven.roster.height !== chain.frozenHeight)
      faults.push({ detail: `the chain froze the roster at height ${proven.roster.height}, chain time ${proven.roster.unixS}` });
  }
  const late = proven.lateRoster;
  if ((late === null) !== (chain.lateRoster === null))
    faults.push({ detail: `the chain's state has ${late ? 'a' : 'no'} late roster of this day` });
  else if (
    late &&
    chain.lateRoster &&
    (late.digest !== chain.lateRoster.digest ||
      !sameMeters(late.roster.meters, chain.lateRoster.meters) ||
      late.unixS !== chain.lateRoster.frozenUnixS ||
      late.height !== chain.lateRoster.frozenHeight)
  ) {
    faults.push({ detail: `the chain froze another late roster: ${late.digest} at height ${late.height}` });
  }
  const { height: _, ...tariff } = proven.tariff;
  const plain = (t: ChainFile['tariff']) => ({ ...t, feePerDayNel: String(t.feePerDayNel) });
  if (text(plain(tariff)) !== text(plain(chain.tariff)))
    faults.push({ detail: `the tariff in force on the chain is another one: that of day ${tariff.fromDay}` });
  return [
    ...faults,
    ...listFault(
      'anchors',
      proven.anchors.map(({ day: _, ...anchor }) => anchor),
      chain.anchors,
    ),
    ...listFault(
      'disputes',
      proven.disputes.map(({ meter, reason }) => ({ meter, reason })),
      chain.disputes,
    ),
    ...listFault(
      'noBills',
      proven.noBills.map(({ meter }) => ({ meter, open: true })),
      chain.noBills.filter(({ open }) => open),
    ),
  ];
}

/** A range ends where its reader wants, but the node cannot end it because it withholds the next book. */
function withheldFaults(following: NonNullable<Proven['following']>, nowUnixS: number, genesis: Genesis): Fault[] {
  const { roster, anchor } = following;
  if (!roster || anchor || nowUnixS <= roster.unixS + genesis.params.anchorDueS) return [];
  return [
    {
      detail:
        `the next day froze at chain time ${roster.unixS}, and ${nowUnixS - roster.unixS} s later ` + 'no book of it is anchored: withheld',
    },
  ];
}

/** Checks 2, and what they tell about the end of the range (3). Never called for a draft. */
export function stateChecks(day: BundleDay, isLast: boolean, headers: Headers, genesis: Genesis): Check[] {
  const head = { id: '2' as const, name: 'state proofs', day: day.date };
  const { chain, roster, state: file } = day;
  const withoutEnd = (because: '1' | '2', ...checks: Check[]): Check[] =>
    isLast ? [...checks, notChecked('3', 'range', `what comes after is not proven (check ${because})`, day.date, because)] : checks;
  if (!headers.state)
    return withoutEnd('1', notChecked('2', 'state proofs', 'the headers they lead to are not believed (check 1)', day.date, '1'));
  if (!file || !chain || !roster)
    return file ? [notChecked('2', 'state proofs', 'chain.json or roster.json could not be read', day.date)] : [];
  const said: Fault[] = [];
  if (file.chainId !== genesis.chainId) said.push({ detail: `state.chainId is ${file.chainId}, genesis says ${genesis.chainId}` });
  if (file.day !== day.day) said.push({ detail: `state.day is ${file.day}, the folder's day is ${day.day}` });
  if (said.length > 0) return withoutEnd('2', ...lines(head, said, ''));
  try {
    const proven = prove(file, appHashAfter(headers.state, file.height), genesis);
    const at = headers.timeOf(headerOf(headers.state, file.height + 1));
    const checks = lines(
      head,
      contradictions(proven, chain, roster),
      `genesis, roster, late roster, tariff, anchors, disputes and NoBills as in the state after block ${file.height}, chain time ${at}`,
    );
    if (!isLast) return checks;
    const end = { id: '3' as const, name: 'range', day: day.date };
    if (!proven.following)
      return [
        ...checks,
        ...lines(
          end,
          [{ detail: 'state.following: expected in the last day, to show that the next book is not withheld', status: 'unreadable' }],
          '',
        ),
      ];
    const newest = [...headers.state.headers.values()].at(-1)!;
    if (file.height + 1 < newest.height)
      return [
        ...checks,
        ...lines(
          end,
          [
            {
              detail:
                `proven as of block ${file.height}, chain time ${at}, though headers go up to chain time ${headers.timeOf(newest)}: ` +
                'what came later is not in sight',
              status: 'unreadable',
            },
          ],
          '',
        ),
      ];
    return [...checks, ...lines(end, withheldFaults(proven.following, at, genesis), 'no later book is withheld')];
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return withoutEnd('2', ...lines(head, [{ detail: `state.json: ${error.message}` }], ''));
  }
}

const headerOf = (state: LightState, height: number): Header => state.headers.get(height)!;

/** Latest chain time of the verified headers, in seconds; 0 without any. */
export function provenChainTime({ state, timeOf }: Headers): number {
  return state ? Math.max(0, ...[...state.headers.values()].map(timeOf)) : 0;
}

/** Days whose state is older than the newest header of the bundle: what happened to them since is not in sight. */
export function staleNotes(days: readonly BundleDay[], { state, timeOf }: Headers): string[] {
  if (!state) return [];
  const newest = [...state.headers.values()].at(-1)!;
  const old = days.filter((day) => day.state && day.state.height + 1 < newest.height && state.headers.has(day.state.height + 1));
  if (old.length === 0) return [];
  const first = Math.min(...old.map((day) => timeOf(headerOf(state, day.state!.height + 1))));
  const named = old.slice(0, 5).map(({ date }) => date);
  const more = old.length > 5 ? ` and ${old.length - 5} more days` : '';
  const times = `chain time ${first} or later, the newest is of ${timeOf(newest)}`;
  return [
    `${named.join(', ')}${more}: proven as of an earlier block than the newest (${times}): ` +
      'anchors, disputes and NoBills since then are not in sight.',
  ];
}
