/**
 * The one text that the operator's key signs: the head of an invoice. Nobody hands in bytes to sign. The signer is given an invoice, reads
 * it field by field, and builds the head itself, for its own chain and its own account, inside an ADR-36 document that no chain takes for a
 * transaction. So nothing that it signs here can move anything, nor sign in anywhere in the operator's name.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { type Invoice, invoiceHead, parseInvoice, totalOf } from '../../protocol/invoice/invoice.ts';
import { signedTextDigest } from '../../protocol/invoice/signed-text.ts';
import type { Signer } from '../../protocol/messages/sign.ts';
import { parseCanonical } from '../../protocol/values/canonical.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { VaultError } from '../vault/errors.ts';

const bad = (field: string, expected: string) => new VaultError('bad-request', `${field}: expected ${expected}`);

function readInvoice(value: unknown): Invoice {
  if (typeof value !== 'string') throw bad('invoice', 'the canonical JSON text of an invoice');
  try {
    return parseInvoice(parseCanonical(value, 'invoice'));
  } catch (error) {
    if (error instanceof ProtocolError) throw new VaultError('bad-request', error.message);
    throw error;
  }
}

/**
 * Signs an invoice's head.
 * @param value the invoice's canonical JSON text (encodeInvoice)
 * @returns hex
 * @throws VaultError bad-request naming the field; wrong-chain for another chain's invoice
 */
export async function signInvoice(
  value: unknown,
  { signer, chainId }: { signer: Signer; chainId: string },
): Promise<{ publicKey: string; signature: string }> {
  const invoice = readInvoice(value);
  if (invoice.chainId !== chainId) throw new VaultError('wrong-chain', `the invoice is of chain ${invoice.chainId}, expected ${chainId}`);
  if (invoice.operator !== signer.address) throw bad('invoice.operator', `${signer.address}, the operator of this node`);
  if (invoice.totalNel !== totalOf(invoice.lines)) throw bad('invoice.totalNel', 'the sum of the lines');
  const signature = await signer.sign(signedTextDigest(signer.address, invoiceHead(invoice)));
  return { publicKey: bytesToHex(signer.publicKey), signature: bytesToHex(signature) };
}
