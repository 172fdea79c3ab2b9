/**
 * `communities/CHAIN-ID.json` of a main chain's bundle: what each uplink showed of its own community's chain with the days that it stated,
 * which lies in the main chain's blocks and in the index, in the forms of a bundle. Who reads the index
 * and who reads blocks both make it.
 */
import { decompressProof } from '../../protocol/bundle/points.ts';
import {
  type CommunityDay,
  communityPath,
  encodeCommunityFile,
  encodeLightFile,
  type KeptHeader,
  type LightValidator,
  ProtocolError,
  readEvidence,
  type ShownEvidence,
} from '../../protocol/index.ts';

/** What an uplink showed of its community's chain with a day that it stated. */
export interface ShownDay {
  chain_id: string;
  uplink: string;
  day: number;
  evidence: Uint8Array;
  net_proof: Uint8Array;
}

const heightOf = ({ shown }: ShownEvidence): number => Number(shown.header.height);

/** Proofs of just the day's proven book and of where the community shares, as the main chain wants them. */
function dayOf({ day, net_proof: net }: ShownDay, evidence: ShownEvidence): CommunityDay {
  const { store, proofs } = evidence;
  if (proofs.length !== 2) throw new ProtocolError('malformed', 'evidence.proofs', `2 of day ${day}, not ${proofs.length}`);
  const [proven, uplink] = proofs;
  return { day, height: heightOf(evidence), store, proven, uplink, net: decompressProof(net, 'net_proof') };
}

/**
 * The headers by height. Several days may be shown under one: it is there once, with the commit that came first, by which the main chain
 * accepted it.
 */
function headersOf(shown: readonly ShownEvidence[]): KeptHeader[] {
  const byHeight = new Map<number, KeptHeader>();
  for (const one of shown) if (!byHeight.has(heightOf(one))) byHeight.set(heightOf(one), one.shown);
  return [...byHeight].sort(([a], [b]) => a - b).map(([, kept]) => kept);
}

/** Sets that headers gone on from announced, but for those that a header here names. */
function announcedBeside(shown: readonly ShownEvidence[], headers: readonly KeptHeader[]): (readonly LightValidator[])[] {
  const byText = new Map(shown.flatMap(({ announced }) => (announced ? [[JSON.stringify(announced), announced] as const] : [])));
  for (const { validators } of headers) byText.delete(JSON.stringify(validators));
  return [...byText.values()];
}

/** One community's file. `rows`: in the order in which the main chain took them. */
function communityText(rows: readonly ShownDay[]): string {
  const [{ chain_id: chainId, uplink }] = rows;
  const shown = rows.map((row) => readEvidence(row.evidence, 'evidence'));
  const headers = headersOf(shown);
  const days = rows.map((row, i) => dayOf(row, shown[i])).sort((a, b) => a.day - b.day);
  return encodeCommunityFile({ chainId, uplink, days }, encodeLightFile(headers), announcedBeside(shown, headers));
}

/** path → text, of every community of which a day was stated. @throws ProtocolError naming the field of evidence that does not read */
export function communityFiles(rows: readonly ShownDay[]): Record<string, string> {
  const byUplink = Map.groupBy(rows, ({ uplink }) => uplink);
  return Object.fromEntries([...byUplink.values()].map((of) => [communityPath(of[0].chain_id), communityText(of)]));
}
