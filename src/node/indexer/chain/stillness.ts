/**
 * Which blocks need not be read, because headers show that nothing was said in them and nothing changed.
 *
 * No transaction: the header's data_hash is that of none. Nothing changed: the next header has the same app_hash, which is the root of
 * all that the chain's state holds after this block. Headers are believed as all are, by links and signatures: a node that hid a block so
 * would have to sign another header. What is decided here is by headers that nobody has proven yet; verify.ts asks the same of the header
 * that it believes in the end, or a node could show another one here alone (stillness.test.ts).
 *
 * Nothing is missed so. A row of the index comes from a message, which needs a transaction, or from an event of EndBlock, of which there
 * are three, and each tells of what is written in the same block: a frozen roster is put into the state under a key of its own, and the
 * next day to freeze is counted on; a validator's change that is applied, vetoed or moot leaves the queue; a rotation that is applied or
 * dropped leaves its queue as well. (What else EndBlock writes, beginnings of days and reports that are forgotten, is no row.) The chain's
 * tests hold it in every block of theirs: chain/internal/testchain refuses one that tells of something over an unchanged state, and
 * chain/app/stillness_test.go meets each event in a block without transactions.
 */
import type { HeaderJson } from '../../../protocol/comet/index.ts';

/** SHA-256 of nothing: the root of no transactions. */
const NOTHING = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';

/** Whether a block has transactions, by its header. */
export const hasTransactions = ({ data_hash }: HeaderJson): boolean => data_hash !== NOTHING;

/** `before` and `after`: the headers beside it. A header that announces another set is vouched for by the block behind it. */
export const isStill = (before: HeaderJson | undefined, header: HeaderJson, after: HeaderJson | undefined): boolean =>
  before !== undefined &&
  after !== undefined &&
  !hasTransactions(header) &&
  header.app_hash === after.app_hash &&
  before.validators_hash === before.next_validators_hash;
