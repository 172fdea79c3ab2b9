/** A made-up operator, its key the n-th, who signs the sealing keys of a genesis. */
import { signNodeKeys } from '../../src/protocol/genesis/index.ts';
import { keySigner } from '../../src/protocol/messages/sign.ts';
import type { Shape } from '../../src/protocol/values/shape.ts';

const signer = (n: number) => keySigner(new Uint8Array(32).fill(n));

export const operatorOf = (n: number): string => signer(n).address;
export const signedBy = (n: number, genesis: Shape): Promise<Shape> => signNodeKeys(genesis, signer(n));
