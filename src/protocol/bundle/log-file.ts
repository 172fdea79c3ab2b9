/**
 * `log.json`: the chain's log from some number to its end, and who became the operator, as ICS-23 proofs of its state after the block
 * before the newest header of the bundle (protocol §9.1, §9.8).
 *
 * The log names what may change what an earlier audit has said of a day. It is proven as one range, from the entry `from` to the number of
 * the next one, which stands right behind the last entry in the store: so nothing between can be left out, and nothing at the end.
 */
import { canonicalJson, parseCanonical } from '../values/canonical.ts';
import { object, oneOf, small, text } from '../values/shape.ts';
import { proof, proofs } from './parts.ts';

export const LOG_FORMAT = 'electra/log/v2';

/** Numbers of log entries are u64 on the chain; no community's gets near 2^48. */
export const LOG_SEQ_MAX = 2 ** 48;

export interface LogFile {
  chainId: string;
  /** the proofs are of the state after this block; the next header holds its app hash */
  height: number;
  /** the store's root in the app hash */
  store: string;
  /** number of the first entry shown; that of the next entry where there is none */
  from: number;
  /** from neighbour to neighbour */
  proofs: readonly string[];
  /** of all rotations of the operator, or that there is none: as proofs */
  rotations: readonly string[];
}

export const encodeLogFile = ({ chainId, height, store, from, proofs, rotations }: LogFile): string =>
  canonicalJson({
    format: LOG_FORMAT,
    chainId,
    height: String(height),
    store,
    from: String(from),
    proofs: [...proofs],
    rotations: [...rotations],
  });

/** @throws ProtocolError naming the field. What is in the proofs is not looked at. */
export function parseLogFile(bytes: string): LogFile {
  const f = object(parseCanonical(bytes, 'log'), 'log', ['format', 'chainId', 'height', 'store', 'from', 'proofs', 'rotations']);
  oneOf(f.format, 'log.format', [LOG_FORMAT]);
  return {
    chainId: text(f.chainId, 'log.chainId'),
    height: small(f.height, 'log.height', 1, 2 ** 40),
    store: proof(f.store, 'log.store'),
    from: small(f.from, 'log.from', 1, LOG_SEQ_MAX),
    proofs: proofs(f.proofs, 'log.proofs'),
    rotations: proofs(f.rotations, 'log.rotations'),
  };
}
