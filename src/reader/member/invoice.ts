/**
 * An invoice, verified by whoever got it: signed by the chain's operator, of this chain and month, its total the sum of its lines. Whether
 * each line opens its B is for the book to say (day.ts). Pure; the operator's address comes from genesis, which the audit's verdict names
 * by its hash.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { invoiceHead, type SignedInvoice, signatureFault, totalOf } from '../../protocol/index.ts';

const SAYS = {
  'public-key': 'publicKey: expected a compressed secp256k1 key',
  address: "the key is not the operator's",
  signature: 'the signature is not one of this invoice by the operator',
} as const;

/** Everything wrong with an invoice as such; empty if nothing. @param operator bech32, of genesis */
export function invoiceFaults(
  { invoice, publicKey, signature }: SignedInvoice,
  { chainId, operator, member }: { chainId: string; operator: string; member?: string },
): string[] {
  const faults: string[] = [];
  if (invoice.chainId !== chainId) faults.push(`of chain ${invoice.chainId}, expected ${chainId}`);
  if (invoice.operator !== operator) faults.push(`of operator ${invoice.operator}, the chain's is ${operator}`);
  if (member !== undefined && invoice.member !== member) faults.push(`for ${invoice.member}, expected ${member}`);
  const fault = signatureFault({
    address: operator,
    publicKey: hexToBytes(publicKey),
    signature: hexToBytes(signature),
    text: invoiceHead(invoice),
  });
  if (fault) faults.push(SAYS[fault]);
  if (totalOf(invoice.lines) !== invoice.totalNel) faults.push('the total is not the sum of the lines');
  return faults;
}
