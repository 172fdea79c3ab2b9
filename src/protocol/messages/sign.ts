/**
 * Transactions: SIGN_MODE_DIRECT (Cosmos ADR-020) over secp256k1. The signature is deterministic (RFC 6979) with low s, 64 bytes r ‖ s; the
 * chain takes no fee, so the fee is empty; the signer's public key is always included, because an account's first transaction sets it.
 * The same inputs always give the same bytes: the hash is known before anything is sent, which is what makes a lost answer harmless.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { PubKey } from 'cosmjs-types/cosmos/crypto/secp256k1/keys';
import { SignMode } from 'cosmjs-types/cosmos/tx/signing/v1beta1/signing';
import { AuthInfo, SignDoc, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { accountOfPublicKey, accountText } from '../values/address.ts';
import { checkBytes } from '../values/checks.ts';
import { ProtocolError } from '../values/errors.ts';

/** Signs SHA-256 digests: a key in memory or a secure element. */
export interface Signer {
  /** Compressed secp256k1, 33 bytes. */
  readonly publicKey: Uint8Array;
  /** Bech32. */
  readonly address: string;
  /** 64 bytes r ‖ s with low s, over a 32-byte digest. */
  sign(digest: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A message as it stands in a transaction: its type URL and its protobuf bytes. */
export interface EncodedMessage {
  typeUrl: string;
  value: Uint8Array;
}

export interface TxInput {
  messages: readonly EncodedMessage[];
  chainId: string;
  accountNumber: bigint;
  sequence: bigint;
  /** Last height at which the transaction may be included; 0 for no end. */
  timeoutHeight?: bigint;
  memo?: string;
}

export interface SignedTx {
  /** What is broadcast: an encoded TxRaw. */
  bytes: Uint8Array;
  /** SHA-256 of the bytes, upper-case hex, as CometBFT names transactions. */
  hash: string;
}

const PUBLIC_KEY_TYPE_URL = '/cosmos.crypto.secp256k1.PubKey';
/** Gas is unpriced and unbounded by fees here; the field only has to be there. */
export const GAS_LIMIT = 100_000_000n;

/** A signer for a 32-byte secret key held in memory. */
export function keySigner(secretKey: Uint8Array): Signer {
  checkBytes(secretKey, 32, 'secretKey');
  if (!secp256k1.utils.isValidSecretKey(secretKey)) throw new ProtocolError('out-of-range', 'secretKey', 'a secp256k1 secret key');
  const publicKey = secp256k1.getPublicKey(secretKey, true);
  return {
    publicKey,
    address: accountText(accountOfPublicKey(publicKey)),
    sign: (digest) => secp256k1.sign(digest, secretKey, { prehash: false, lowS: true }),
  };
}

function authInfoBytes(publicKey: Uint8Array, sequence: bigint): Uint8Array {
  const key = { typeUrl: PUBLIC_KEY_TYPE_URL, value: PubKey.encode({ key: publicKey }).finish() };
  return AuthInfo.encode(
    AuthInfo.fromPartial({
      signerInfos: [{ publicKey: key, modeInfo: { single: { mode: SignMode.SIGN_MODE_DIRECT } }, sequence }],
      fee: { amount: [], gasLimit: GAS_LIMIT },
    }),
  ).finish();
}

/** SHA-256 of the transaction bytes, as CometBFT names transactions: upper-case hex. */
export function txHash(txBytes: Uint8Array): string {
  return bytesToHex(sha256(txBytes)).toUpperCase();
}

/** The bytes whose SHA-256 is signed. */
export function signBytes(bodyBytes: Uint8Array, authInfo: Uint8Array, chainId: string, accountNumber: bigint): Uint8Array {
  return SignDoc.encode({ bodyBytes, authInfoBytes: authInfo, chainId, accountNumber }).finish();
}

/** Builds and signs one transaction. */
export async function signTx(input: TxInput, signer: Signer): Promise<SignedTx> {
  if (input.messages.length === 0) throw new ProtocolError('out-of-range', 'messages', 'at least one message');
  const bodyBytes = TxBody.encode(
    TxBody.fromPartial({
      messages: input.messages.map(({ typeUrl, value }) => ({ typeUrl, value })),
      memo: input.memo ?? '',
      timeoutHeight: input.timeoutHeight ?? 0n,
    }),
  ).finish();
  const authInfo = authInfoBytes(signer.publicKey, input.sequence);
  const digest = sha256(signBytes(bodyBytes, authInfo, input.chainId, input.accountNumber));
  const signature = checkBytes(await signer.sign(digest), 64, 'signature');
  const bytes = TxRaw.encode({ bodyBytes, authInfoBytes: authInfo, signatures: [signature] }).finish();
  return { bytes, hash: txHash(bytes) };
}
