/**
 * The indexer's two kinds of error. Retryable: the network or Postgres was away; the same work is tried again, later. Fatal: going on
 * would write something untrue; the indexer stops with a plain explanation and has changed nothing. Bad data on the chain is neither: it is
 * a row with a reason, and the height advances.
 */
import { ElectraError, ProtocolError } from '../../protocol/values/errors.ts';
import { isRetryable } from '../db/index.ts';

/** `code`: rpc-unreachable, rpc-refused, not-yet, node-behind, node-stalled, database-away, cursor-moved. */
export class RetryableError extends ElectraError {
  static override retryOf = () => 'later' as const;
}

/**
 * `code`: wrong-chain, rolled-back, forked, results-mismatch, untrusted-node, blocks-pruned, schema-changed, bad-schema, bad-genesis,
 * development-chain.
 */
export class FatalError extends ElectraError {}

/**
 * One node said something that cannot be true, serves another chain, or lacks blocks. It is left out for a time; with no other node left
 * this stops the indexer.
 */
export class UntrustedNodeError extends FatalError {
  constructor(code: string, node: string, detail: string, options?: ErrorOptions) {
    super(code, `node ${node}: ${detail}`, options);
  }
}

/** Postgres' read_only_sql_transaction. */
const READ_ONLY = '25006';

/** Postgres errors after which the same transaction may be tried again become retryable; everything else stays what it is. */
export function classifyDatabaseError(error: unknown): unknown {
  if (error instanceof RetryableError || error instanceof FatalError || !isRetryable(error)) return error;
  const { code } = error as { code: string };
  const what = code === READ_ONLY ? 'takes no writes' : 'is away or busy';
  return new RetryableError('database-away', `Postgres ${what} (${code})`, { cause: error });
}

/** What a node said, checked by the protocol's own rules: whatever these refuse is the node's fault. */
export function believed<T>({ name }: { name: string }, what: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof ProtocolError) throw new UntrustedNodeError('untrusted-node', name, `${what}: ${error.message}`, { cause: error });
    throw error;
  }
}
