/**
 * Signing a text with a Cosmos wallet: ADR-36, as src/protocol/invoice/signed-text.ts has it, beside what a program needs that holds a
 * wallet's key. The document is built here by cosmjs as well, which is what wallets do: both ways give the same bytes. Browser-capable: no
 * node module here.
 */
import type { StdSignDoc } from '@cosmjs/amino';
import { rawSecp256k1PubkeyToRawAddress } from '@cosmjs/amino';
import { toBase64, toBech32 } from '@cosmjs/encoding';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { signedTextDigest } from '../../protocol/invoice/signed-text.ts';
import { ADDRESS_PREFIX } from '../../protocol/values/address.ts';

export { signatureFault } from '../../protocol/invoice/signed-text.ts';

/** The document whose canonical JSON the wallet signs. */
export function signDocOf(signer: string, text: string): StdSignDoc {
  return {
    chain_id: '',
    account_number: '0',
    sequence: '0',
    fee: { gas: '0', amount: [] },
    memo: '',
    msgs: [{ type: 'sign/MsgSignData', value: { signer, data: toBase64(new TextEncoder().encode(text)) } }],
  };
}

/** The wallet address of a private key of 32 bytes. */
export const addressOfKey = (privateKey: Uint8Array): string =>
  toBech32(ADDRESS_PREFIX, rawSecp256k1PubkeyToRawAddress(secp256k1.getPublicKey(privateKey, true)));

/** Signs as a wallet would. `privateKey` 32 bytes. */
export function signText({ address, privateKey, text }: { address: string; privateKey: Uint8Array; text: string }): {
  publicKey: Uint8Array;
  signature: Uint8Array;
} {
  return {
    publicKey: secp256k1.getPublicKey(privateKey, true),
    signature: secp256k1.sign(signedTextDigest(address, text), privateKey, { prehash: false, lowS: true, format: 'compact' }),
  };
}
