/**
 * A book with its proofs from the blocks that it lies in (docs/prove-book.md). The state says in which block the last part is; those before
 * it lie in that block or the thousand before. What a node shows is held against the anchored hash, and a proof against nothing here: the
 * audit verifies each.
 */
import { decodeWhole, encodeProofs, PROVE_PARTS_MAX } from '../../../protocol/index.ts';
import type { MsgProveBook } from '../../../protocol/messages/messages.ts';
import { typeUrlOf } from '../../../protocol/messages/table.ts';
import type { ProvenState } from '../../../reader/light/index.ts';
import type { ChainNode, RawBlock } from '../chain/node.ts';
import { GROUP_BLOCKS } from '../chain/node.ts';
import { believed, UntrustedNodeError } from '../errors.ts';
import { messagesIn } from './messages.ts';

/** As the chain drops a whole that waits (chain/x/meter/types/limits.go). */
const PARTS_BLOCKS = 1000;

/** Parts of a version's book that the chain took in a block, the last first. */
const partsIn = (block: RawBlock, { day, version }: Pick<ProvenState, 'day' | 'version'>): MsgProveBook[] =>
  messagesIn<MsgProveBook>(block, typeUrlOf('ProveBook'))
    .filter((part) => part.day === day && part.version === version)
    .reverse();

type Whole = Pick<ProvenState, 'day' | 'version' | 'height' | 'bookHash'>;

/**
 * The texts of book and proofs. `decode`: by the form of the chain's books.
 * @throws UntrustedNodeError where the node's blocks do not have them
 */
export async function bookFromBlocks(
  node: ChainNode,
  proven: Whole,
  decode: typeof decodeWhole = decodeWhole,
): Promise<{ book: string; proofs: string }> {
  const found: MsgProveBook[] = [];
  const lowest = Math.max(1, proven.height - PARTS_BLOCKS);
  for (let top = proven.height; top >= lowest && !isWhole(found); top -= GROUP_BLOCKS) {
    const heights = Array.from({ length: Math.min(GROUP_BLOCKS, top - lowest + 1) }, (_, i) => top - i);
    const { blocks } = await node.blocksAt(top === proven.height ? [top] : heights, top);
    if (top === proven.height) top += GROUP_BLOCKS - 1; // mostly all is in the one block
    for (const part of blocks.flatMap((block) => partsIn(block, proven))) take(found, part);
  }
  const name = `book of day ${proven.day}, version ${proven.version}`;
  if (!isWhole(found))
    throw new UntrustedNodeError('untrusted-node', node.name, `${name}: its parts are not in block ${proven.height} and those before`);
  return believed(node, name, () => {
    const { bookText, proofs } = decode(Buffer.concat(found.map(({ bytes }) => bytes).reverse()));
    if (proofs.bookHash !== proven.bookHash)
      throw new UntrustedNodeError('untrusted-node', node.name, `${name}: its hash is not the anchored one`);
    return { book: bookText, proofs: encodeProofs(proofs) };
  });
}

/** Takes a part that goes before those found: the last one, then each the one before. */
function take(found: MsgProveBook[], part: MsgProveBook): void {
  const first = found.at(-1);
  if (part.parts > PROVE_PARTS_MAX) return;
  if (first ? part.parts === first.parts && part.part === first.part - 1 : part.part === part.parts - 1) found.push(part);
}

const isWhole = (found: readonly MsgProveBook[]): boolean => found.at(-1)?.part === 0;
