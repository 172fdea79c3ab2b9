/**
 * Where the light client begins: chain id, genesis time, clock, and the first set of validators. An auditor gets the genesis from a source
 * of his own: everything follows from it.
 */
import { type Genesis, readGenesis } from '../../protocol/genesis/index.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { LightError } from './errors.ts';

export type GenesisTrust = Pick<Genesis, 'chainId' | 'genesisTime' | 'clock' | 'validators'>;

/** @param genesis parsed JSON. @throws LightError `malformed` */
export function readGenesisTrust(genesis: unknown): GenesisTrust {
  try {
    return readGenesis(genesis);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LightError('malformed', error.field, error.expected);
  }
}
