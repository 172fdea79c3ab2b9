/**
 * What the operator signs for meters (protocol section 9.8), as each meter takes or refuses it: rotations, then node keys, in this order.
 */
import { bytesToHex as hex } from '@noble/hashes/utils.js';
import * as sdk from '../ts/src/index.ts';
import { bytesOf, CHAIN_ID } from './inputs.ts';

interface SignedKey {
  epoch: number;
  key: string;
  signature: string;
}
interface SignedRotation {
  n: number;
  address: string;
  signature: string;
}
export interface OperatorCase {
  name: string;
  chainId: string;
  genesisHash: string;
  /** the 20 bytes of the address that the meter was outfitted with */
  operator: string;
  rotations: SignedRotation[];
  keys: SignedKey[];
  /** of the last of them: ok, or why it is refused */
  code: 'ok' | 'signature' | 'wrong-epoch' | 'skipped';
}

const HALF_LESS = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;
const chain = { chainId: CHAIN_ID, genesisHash: bytesOf('genesis') };
const [first, second, third, thief] = ['operator', 'operator 1', 'operator 2', 'thief'].map((label) => sdk.keySigner(bytesOf(label)));
const address = (signer: sdk.Signer): string => hex(sdk.addressBytes(signer.address));
const boxKey = (label: string): Uint8Array => sdk.boxPublicKey(bytesOf(label));

async function nodeKey(by: sdk.Signer, epoch: number, label: string, on: sdk.ChainIdentity = chain): Promise<SignedKey> {
  const key = boxKey(label);
  return { epoch, key: hex(key), signature: hex(await by.sign(sdk.nodeKeyDigest(on, epoch, key))) };
}
const rotation = async (by: sdk.Signer, n: number, to: sdk.Signer, chainId = CHAIN_ID): Promise<SignedRotation> => ({
  n,
  address: address(to),
  signature: hex(await by.sign(sdk.rotationDigest(chainId, n, to.address))),
});
/** The same signature with the other s, which is as true and refused. */
const highS = <T extends { signature: string }>(signed: T): T => {
  const s = HALF_LESS - BigInt(`0x${signed.signature.slice(64)}`);
  return { ...signed, signature: signed.signature.slice(0, 64) + s.toString(16).padStart(64, '0') };
};

export async function operatorSignatures(): Promise<{ about: string; digests: object; cases: OperatorCase[] }> {
  const one = await nodeKey(first, 1, 'node 1');
  const of = (name: string, code: OperatorCase['code'], keys: SignedKey[], rotations: SignedRotation[] = []): OperatorCase => ({
    name,
    chainId: CHAIN_ID,
    genesisHash: hex(chain.genesisHash),
    operator: address(first),
    rotations,
    keys,
    code,
  });
  const led = [await rotation(first, 1, second), await rotation(second, 2, third)];
  return {
    about:
      'Protocol section 9.8: SHA-256("electra/node-key/v1" || chain id || 00 || genesis hash || epoch u32 || key) and ' +
      'SHA-256("electra/operator/v1" || chain id || 00 || n u32 || address), integers little-endian; signatures of 64 bytes, low s.',
    digests: {
      nodeKey: hex(sdk.nodeKeyDigest(chain, 1, boxKey('node 1'))),
      rotation: hex(sdk.rotationDigest(CHAIN_ID, 1, second.address)),
    },
    cases: [
      of('the operator’s key', 'ok', [one]),
      of('the same again, and the next', 'ok', [one, one, await nodeKey(first, 2, 'node 2')]),
      of('an epoch left out', 'ok', [one, await nodeKey(first, 9, 'node 9')]),
      of('signed by somebody else', 'signature', [await nodeKey(thief, 1, 'node 1')]),
      of('signed for another epoch', 'signature', [{ ...one, epoch: 2 }]),
      of('with another key', 'signature', [{ ...one, key: hex(boxKey('relay')) }]),
      of('signed for another chain', 'signature', [await nodeKey(first, 1, 'node 1', { ...chain, chainId: `${CHAIN_ID}0` })]),
      of('signed for another genesis', 'signature', [await nodeKey(first, 1, 'node 1', { ...chain, genesisHash: bytesOf('other') })]),
      of('with the high s', 'signature', [highS(one)]),
      of('without a signature', 'signature', [{ ...one, signature: '00'.repeat(64) }]),
      of('a second key of an epoch', 'wrong-epoch', [one, await nodeKey(first, 1, 'node 1 again')]),
      of('an epoch below one that was seen', 'wrong-epoch', [one, await nodeKey(first, 3, 'node 3'), await nodeKey(first, 2, 'node 2')]),
      of('of the third operator, through two rotations', 'ok', [await nodeKey(third, 1, 'node 1')], led),
      of('of the operator before the last', 'signature', [await nodeKey(second, 1, 'node 1')], led),
      of('a rotation signed by somebody else', 'signature', [], [await rotation(thief, 1, thief)]),
      of('a rotation for another chain', 'signature', [], [await rotation(first, 1, second, `${CHAIN_ID}0`)]),
      of('a rotation that leaves a number out', 'skipped', [], [await rotation(first, 2, second)]),
      of('a rotation with the high s', 'signature', [], [highS(led[0])]),
      of('a rotation without a signature', 'signature', [], [{ ...led[0], signature: '00'.repeat(64) }]),
    ],
  };
}
