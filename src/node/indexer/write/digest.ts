/**
 * One digest for each height over everything that the blocks up to it wrote, so that two indexes of one chain are compared by 32 bytes.
 *
 *   row      SHA-256 of the JSON text (RFC 8785) of [entity, value, …]: values in the order of schema.graphql, as Postgres reads each from
 *            text, or null
 *   rows     SHA-256 of the hashes of all rows that the block wrote, each as the block left it, in ascending order
 *   digest   SHA-256 of TAG ‖ digest of the height before ‖ height, 8 bytes big-endian ‖ hash of the block ‖ rows
 *
 * Before the first block the digest is 32 zero bytes, and in the block's place stands the hash of genesis. It does not depend on how
 * blocks were put into batches, nor on the order in which handlers set the rows of a block.
 */
import { createHash, hash } from 'node:crypto';

const TAG = 'electra/index-digest/1';
/** Of a roster that was taken from its proof and not from a block (proven-rosters.ts): the chain of digests goes another way from there. */
const TAKEN_TAG = 'electra/index-digest-taken/1';

export const NO_DIGEST: Uint8Array = new Uint8Array(32);

/** In lower-case hex, whose order is that of the bytes. */
export const rowHash = (entity: string, values: readonly (string | null)[]): string =>
  hash('sha256', JSON.stringify([entity, ...values]), 'hex');

function chained(tag: string, before: Uint8Array, height: number, block: Uint8Array, rows: readonly string[]): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(height));
  const written = createHash('sha256')
    .update([...rows].sort().join(''), 'hex')
    .digest();
  return createHash('sha256').update(tag).update(before).update(number).update(block).update(written).digest();
}

/** The digest of a block that wrote these rows. `block`: its hash; of genesis, where it is the genesis that writes. */
export const nextDigest = (before: Uint8Array, height: number, block: Uint8Array, rows: readonly string[]): Buffer =>
  chained(TAG, before, height, block, rows);

/** What the next block goes on from after a roster was taken while the index stood at `height`. */
export const takenDigest = (before: Uint8Array, height: number, roster: string): Buffer =>
  chained(TAKEN_TAG, before, height, new Uint8Array(0), [roster]);
