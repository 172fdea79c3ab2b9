/**
 * Which blocks need not be read, because headers show that nothing was said in them and nothing changed.
 *
 * No transaction: the header's data_hash is that of none. Nothing changed: the next header has the same app_hash, which is the root of all
 * that the chain's state holds after this block. Whatever a block event tells of (a frozen roster, a validator's change, a new operator)
 * is in the state too, so such a block has none. Headers are believed as all are, by links and signatures: a node that hid a block so
 * would have to sign another header.
 */
import type { HeaderJson } from '../../../protocol/comet/index.ts';

/** SHA-256 of nothing: the root of no transactions. */
const NOTHING = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';

/** `before` and `after`: the headers beside it. A header that announces another set is vouched for by the block behind it. */
export const isStill = (before: HeaderJson | undefined, header: HeaderJson, after: HeaderJson | undefined): boolean =>
  before !== undefined &&
  after !== undefined &&
  header.data_hash === NOTHING &&
  header.app_hash === after.app_hash &&
  before.validators_hash === before.next_validators_hash;
