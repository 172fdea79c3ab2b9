/**
 * Two headers of one height, each signed by a community's validators, as the main chain judges them: both from the latest header below that
 * it has kept. Whoever has two histories of a chain shows them; then nothing of that community is taken any more.
 */
import { equalBytes, headerHash, readValidatorSet, type ValidatorSet, verifyEd25519 } from '../../protocol/comet/index.ts';
import type { Evidence } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { evidenceOf, type LightBlock, readLightBlock } from '../../reader/light/index.ts';
import { UplinkError } from './errors.ts';
import type { KeptHeader } from './evidence.ts';

export interface ShownConflict {
  height: number;
  one: Evidence;
  other: Evidence;
}

const heightOf = (block: LightBlock): number => Number(block.signed_header.header.height);
const hashOf = (block: LightBlock): Uint8Array => headerHash(block.signed_header.header);
const setOf = (block: LightBlock): ValidatorSet => readValidatorSet([...block.validator_set.validators]);

/** The lowest pair that the main chain can judge. Blocks that agree, or are in one list alone, are passed over. */
function pairOf(lists: readonly [readonly LightBlock[], readonly LightBlock[]], lowest: number): [LightBlock, LightBlock] | undefined {
  const others = new Map(lists[1].map((block) => [heightOf(block), block]));
  const found = lists[0].find((block) => {
    const other = others.get(heightOf(block));
    return other !== undefined && heightOf(block) > lowest && !equalBytes(hashOf(block), hashOf(other));
  });
  return found && [found, others.get(heightOf(found))!];
}

/**
 * What `Conflict` shows, from light blocks of two sources in rising order. `kept`: what the main chain has kept of this community.
 * null: the two agree, as far as the main chain can judge. @throws LightError for a block that its own validators have not signed;
 * UplinkError `not-enrolled`, `main-unreachable`
 */
export function conflictOf(
  chainId: string,
  lists: readonly [readonly LightBlock[], readonly LightBlock[]],
  kept: readonly KeptHeader[],
): ShownConflict | null {
  if (kept.length === 0) throw new UplinkError('not-enrolled', `the main chain has no header of ${chainId} to judge others from`);
  const pair = pairOf(lists, Math.min(...kept.map(({ height }) => height)));
  if (!pair) return null;
  for (const block of pair) readLightBlock(block, chainId, verifyEd25519);
  const height = heightOf(pair[0]);
  const from = kept.filter((one) => one.height < height).reduce((a, b) => (b.height > a.height ? b : a));
  const trusted = lists
    .flat()
    .map(setOf)
    .find(({ hash }) => equalBytes(hash, from.nextValidatorsHash));
  if (!trusted)
    throw new UplinkError(
      'main-unreachable',
      `header ${height}: expected beside it the validators of block ${from.height + 1}, from which the main chain judges it`,
    );
  const [one, other] = pair.map(({ signed_header: { header, commit }, validator_set }) =>
    evidenceOf({ header, commit, validators: readValidatorSet([...validator_set.validators]), trusted }),
  );
  return { height, one, other };
}
