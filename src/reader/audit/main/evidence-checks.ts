/**
 * Check 11: what each uplink stated is the net of a book that its community's own chain has verified (docs/main-chain.md, Uplinks).
 *
 * The header that says so is one that this chain has accepted, as its proven state has it: more than two thirds of its own set signed it,
 * and more than a third of the set that the one before it announced. Under it are proven the day's book, with few enough copies, and that
 * the community shares here and nowhere else. The Net proof ties its hidden totals to the statement. A header that this chain has forgotten
 * again, after a trust period, cannot be tied to it any more: that is named, and a bundle of the time shows it.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { type ValidatorSet, verifyEd25519 } from '../../../protocol/comet/index.ts';
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import {
  type CommunityDay,
  type CommunityFile,
  communityPath,
  DAY_S,
  fieldFromBytes,
  gridId,
  meterTag,
  ProtocolError,
  type SharedBookMeter,
} from '../../../protocol/index.ts';
import type { Parsed } from '../../bundle.ts';
import type { MainState } from '../../light/index.ts';
import {
  chainUnixS,
  type Header,
  type ProvenState,
  powerOf,
  readLightBlock,
  readProven,
  readUplinkInForce,
  StateReader,
  stateKeys,
} from '../../light/index.ts';
import { type Claim, netPublic } from '../../verifier/index.ts';
import { type Check, type Fault, lines, notChecked } from '../checks.ts';
import type { MainKeys } from '../key-checks.ts';
import { type VerifyOptions, verify } from '../proof-checks.ts';
import type { MainDay } from './bundle.ts';

type Community = MainState['register']['communities'][number];
type Kept = MainState['register']['kept'][number];

/** So many of a book's entries may be copies. */
export const maxCopies = (entries: number): number => Math.max(1, Math.floor(entries / 20));

/** A community's headers, each good by itself. */
type Headers = ReadonlyMap<number, Header>;

export interface OfEvidence {
  state: MainState;
  days: readonly MainDay[];
  genesis: SharedGenesis;
  /** by chain id */
  files: ReadonlyMap<string, Parsed<CommunityFile>>;
}

/** Those of a file, or what is wrong with one of them. */
function headersOf({ chainId, light }: CommunityFile): Headers | ProtocolError {
  try {
    const headers = light.blocks.map((block) => readLightBlock(block, chainId, verifyEd25519));
    return new Map(headers.map((header) => [header.height, header]));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error;
  }
}

/** With each file's headers, verified once for all of its days: by chain id. */
interface Shown extends OfEvidence {
  headers: ReadonlyMap<string, Headers | ProtocolError>;
}

const shownBy = (of: OfEvidence): Shown => ({
  ...of,
  headers: new Map(
    [...of.files].flatMap(([chainId, { value }]): [string, Headers | ProtocolError][] => (value ? [[chainId, headersOf(value)]] : [])),
  ),
});

const wrong = (detail: string): ProtocolError => new ProtocolError('wrong-value', 'evidence', detail);

/** Whether this chain has accepted a header, and keeps one below whose next set has signed it. Null: it has; else what is to say. */
function acceptance(header: Header, sets: readonly ValidatorSet[], kept: readonly Kept[]): Fault | null {
  const own = kept.find(({ height }) => height === BigInt(header.height));
  if (!own)
    return {
      status: 'open',
      detail: `header ${header.height} is not among those that the main chain still keeps: a bundle of the time shows it`,
    };
  const [accepted, here] = [bytesToHex(own.hash), bytesToHex(header.hash)];
  if (accepted !== here)
    return { detail: `the main chain has accepted header ${accepted} at height ${header.height}, this one is ${here}` };
  const below = kept.filter(({ height }) => height < own.height).reverse();
  const faults = below.map((from) => leadFault(from, header, sets));
  return faults.includes(null) ? null : (faults.find((fault) => fault?.status === 'unreadable') ?? faults[0] ?? null);
}

/**
 * Whether a header that was accepted leads to another one above it. The state does not say which one it was gone on from: an uplink
 * may show a lower header after a higher one, and then it was none between them.
 */
function leadFault(from: Kept, header: Header, sets: readonly ValidatorSet[]): Fault | null {
  const announced = bytesToHex(from.nextValidatorsHash);
  if (announced === bytesToHex(header.validatorsHash)) return null;
  const set = sets.find(({ hash }) => bytesToHex(hash) === announced);
  if (!set) return { status: 'unreadable', detail: `the set that header ${from.height} announced is not here` };
  if (powerOf(set, header) * 3n > set.totalPower) return null;
  return { detail: `no more than a third of the set that header ${from.height} announced have signed header ${header.height}` };
}

/** What the proofs of a day show. @throws ProtocolError where they show something else */
function provenDay(of: CommunityDay, header: Header, community: Community, genesis: SharedGenesis): ProvenState & { totals: string } {
  const { clock, uplink } = community;
  const at = chainUnixS(
    { startUnixS: Number(clock!.startUnixS), rate: Number(clock!.rate), genesisUnixS: Number(clock!.genesisUnixS) },
    header,
  );
  if (at < (of.day + 1) * DAY_S) throw wrong('a header of after the end of the day');
  const reader = new StateReader({ store: of.store }, header.appHash);
  const proven = reader.one(stateKeys.proven(of.day, 1), of.proven, readProven);
  if (!proven || proven.totals === null) throw wrong('a first book of the day that its own chain has verified');
  const most = maxCopies(proven.entries);
  if (proven.copies > most) throw wrong(`at most ${most} of ${proven.entries} entries not metered, not ${proven.copies}`);
  const main = readUplinkInForce(of.day, reader.shown(stateKeys.uplink(of.day), of.uplink)).main;
  if (!main || main.chainId !== genesis.chainId || main.genesisHash !== genesis.hash || main.uplink !== uplink)
    throw wrong(`the community to share here by ${uplink}, not ${main ? `on ${main.chainId} by ${main.uplink}` : 'nowhere'}`);
  return proven as ProvenState & { totals: string };
}

/** One entry's evidence, judged. */
interface Judged {
  faults: Fault[];
  claim: Claim | null;
  proven: ProvenState | null;
}

function judge(of: Shown, { day }: MainDay, entry: Extract<SharedBookMeter, { source: 'metered' }>): Judged {
  const { meter } = entry;
  const without = (fault: Fault): Judged => ({ faults: [{ meter, ...fault }], claim: null, proven: null });
  const community = of.state.register.communities.find(({ uplink }) => uplink === meter);
  if (!community) return without({ detail: 'no community is registered behind it (check 10)' });
  const file = of.files.get(community.chainId);
  if (!file) return without({ status: 'unreadable', detail: `${communityPath(community.chainId)}: missing` });
  if (file.fault)
    return without({ detail: `${file.fault.path}: ${file.fault.message}`, status: file.fault.kind === 'wrong' ? 'failed' : 'unreadable' });
  const shown = file.value.days.find((one) => one.day === day);
  if (!shown || file.value.uplink !== meter)
    return without({ status: 'unreadable', detail: `${communityPath(community.chainId)}: nothing of this day and uplink` });
  const enrolled = of.state.meters.find((one) => one.meter === meter);
  if (!enrolled) return without({ detail: 'no meter of the main chain' });
  const headers = of.headers.get(community.chainId)!;
  if (headers instanceof ProtocolError) return without({ detail: headers.message });
  try {
    const header = headers.get(shown.height);
    if (!header) return without({ status: 'unreadable', detail: `header ${shown.height} of ${community.chainId} is not here` });
    const kept = of.state.register.kept.filter(({ uplink }) => uplink === meter);
    const sets = [...[...headers.values()].map(({ validators }) => validators), ...file.value.announced];
    const fault = acceptance(header, sets, kept);
    const proven = provenDay(shown, header, community, of.genesis);
    const net = {
      X: fieldFromBytes(hexToBytes(proven.totals)),
      ...{ gridId: gridId(community.chainId), C: entry.C, mainGridId: gridId(of.genesis.chainId), meterTag: meterTag(meter) },
      ...{ day, capacityWh: enrolled.maxWhPerSlot },
    };
    return {
      faults: fault ? [{ meter, ...fault }] : [],
      claim: { id: `${day}/${meter}`, proof: shown.net, publicInputs: netPublic(net) },
      proven,
    };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return without({ detail: error.message });
  }
}

/** Proven books by uplink and day, as `day/uplink`. */
export type ProvenDays = ReadonlyMap<string, ProvenState>;

/** Lines 11 evidence and net, of every day with a book. */
export async function evidenceChecks(
  of: OfEvidence,
  key: MainKeys['net'],
  options: VerifyOptions,
): Promise<{ checks: Check[]; proven: ProvenDays }> {
  const shown = shownBy(of);
  const days = of.days
    .filter(({ book }) => book !== null)
    .map((day) => {
      const metered = day.book!.book.meters.filter((entry) => entry.source === 'metered');
      return { day, judged: metered.map((entry) => ({ meter: entry.meter, ...judge(shown, day, entry) })) };
    });
  const outcome = await verify(
    key,
    days.flatMap(({ judged }) => judged.flatMap(({ claim }) => claim ?? [])),
    options,
  );
  const proven = new Map(
    days.flatMap(({ day, judged }) =>
      judged.flatMap((one): [string, ProvenState][] => (one.proven ? [[`${day.day}/${one.meter}`, one.proven]] : [])),
    ),
  );
  const checks = days.flatMap(({ day, judged }): Check[] => {
    const at = { id: '11' as const, day: day.date };
    const faults = judged.flatMap((one) => one.faults);
    const nets = judged.flatMap(({ meter, claim }): Fault[] => {
      const bad = claim ? outcome.bad.get(claim.id) : undefined;
      return bad ? [{ meter, detail: `its statement is not the net of its community's book: ${bad.detail}` }] : [];
    });
    const isWhole = judged.every(({ claim }) => claim !== null);
    const summary = `${judged.length} books, each verified by its community's own chain; few enough copies, shared here alone`;
    const net = { ...at, name: 'net' };
    if (outcome.unusable !== null)
      return [...lines({ ...at, name: 'evidence' }, faults, summary), notChecked('11', 'net', outcome.unusable, day.date, '8')];
    if (!isWhole && nets.length === 0)
      return [...lines({ ...at, name: 'evidence' }, faults, summary), notChecked('11', 'net', 'not every book is shown', day.date, '11')];
    return [
      ...lines({ ...at, name: 'evidence' }, faults, summary),
      ...lines(net, nets, `${judged.length} statements are the nets of these books`),
    ];
  });
  return { checks, proven };
}
