/**
 * `communities/CHAIN-ID.json` of a main chain's bundle: what a community's chain said of the days that its uplink stated, as CloseDay
 * carried it to the main chain, whose blocks have it and whose state has not (docs/main-chain.md, Uplinks).
 *
 * `light`: signed headers of that chain, in the form of light.json. `announced`: sets that a header gone on from announced and none of
 * these names, as that of a checkpoint after which the set changed. Of each day the state proofs under one of the headers, and the proof
 * that the statement is the net of the book.
 */
import { readValidatorSet, type ValidatorSet } from '../comet/validators.ts';
import { addressBytes } from '../values/address.ts';
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { array, object, oneOf, small, text } from '../values/shape.ts';
import { type LightFile, type LightValidator, lightValidators, readLightFile } from './light-file.ts';
import { proof, U32 } from './parts.ts';
import { type ProofJson, parseProof, proofJson } from './proofs.ts';

export const COMMUNITY_FORMAT = 'electra/community/v1';

export interface CommunityDay {
  day: number;
  /** of the header that the proofs are under: they are of the state after the block before it */
  height: number;
  /** the root of store `meter` in its app hash */
  store: string;
  /** of the day's proven version 1 */
  proven: string;
  /** of where the community shares on that day: the value itself, or the absence whose left neighbour it is */
  uplink: string;
  net: ProofJson;
}

export interface CommunityFile {
  chainId: string;
  /** its meter on the main chain */
  uplink: string;
  light: LightFile;
  announced: readonly ValidatorSet[];
  /** rising */
  days: readonly CommunityDay[];
}

/** @param lightText light.json of the headers */
export const encodeCommunityFile = (
  { chainId, uplink, days }: Pick<CommunityFile, 'chainId' | 'uplink' | 'days'>,
  lightText: string,
  announced: readonly (readonly LightValidator[])[] = [],
): string =>
  canonicalJson({
    format: COMMUNITY_FORMAT,
    chainId,
    uplink,
    light: JSON.parse(lightText) as Json,
    announced: announced as unknown as Json,
    days: days.map((one) => ({ ...one, day: String(one.day), height: String(one.height), net: proofJson(one.net) })),
  });

function parseDay(value: Json, field: string): CommunityDay {
  const day = object(value, field, ['day', 'height', 'store', 'proven', 'uplink', 'net']);
  return {
    day: small(day.day, `${field}.day`, 0, U32),
    height: small(day.height, `${field}.height`, 1, 2 ** 40),
    store: proof(day.store, `${field}.store`),
    proven: proof(day.proven, `${field}.proven`),
    uplink: proof(day.uplink, `${field}.uplink`),
    net: parseProof(day.net, `${field}.net`),
  };
}

/** @throws ProtocolError naming the field. What is in the proofs is not looked at. */
export function parseCommunityFile(bytes: string): CommunityFile {
  const f = object(parseCanonical(bytes, 'community'), 'community', ['format', 'chainId', 'uplink', 'light', 'announced', 'days']);
  oneOf(f.format, 'community.format', [COMMUNITY_FORMAT]);
  const uplink = text(f.uplink, 'community.uplink');
  addressBytes(uplink, 'community.uplink');
  const days = array(f.days, 'community.days').map((value, i) => parseDay(value, `community.days[${i}]`));
  const doubled = days.findIndex(({ day }, i) => i > 0 && day <= days[i - 1].day);
  if (doubled >= 0) throw new ProtocolError('not-sorted', `community.days[${doubled}].day`, 'rising days');
  const light = readLightFile(canonicalJson(f.light as Json));
  const chainId = text(f.chainId, 'community.chainId');
  if (light.chainId !== chainId) throw new ProtocolError('wrong-chain', 'community.light.chainId', chainId);
  const announced = array(f.announced, 'community.announced').map((set, i) =>
    readValidatorSet(lightValidators(set, `community.announced[${i}]`)),
  );
  return { chainId, uplink, light, announced, days };
}
