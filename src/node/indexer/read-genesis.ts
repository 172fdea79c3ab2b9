/**
 * A node's genesis, a community's or a main chain's, read as strictly as the chain reads it: its verification keys too, by all tests of
 * their points (protocol §9.5), which the books, who take it from the index, need not make again.
 */
import { type Genesis, readAnyGenesis, readUnsignedAny, type SharedGenesis } from '../../protocol/genesis/index.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { decodeGenesisKeys } from '../../reader/verifier/index.ts';
import { UntrustedNodeError } from './errors.ts';

/** @throws UntrustedNodeError `bad-genesis`, naming the field */
export function genesisOf(node: { name: string }, json: unknown): Genesis | SharedGenesis {
  try {
    // As on the chain, before the signatures: those are of the hash, which any other key changes.
    decodeGenesisKeys(readUnsignedAny(json).verificationKeys);
    return readAnyGenesis(json);
  } catch (error) {
    throw error instanceof ProtocolError ? new UntrustedNodeError('bad-genesis', node.name, error.message) : error;
  }
}
