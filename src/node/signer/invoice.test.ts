/** What the operator's key signs beside transactions: invoices of its own chain and account, and nothing that could be anything else. */

import { hexToBytes } from '@noble/hashes/utils.js';
import { SignDoc, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { describe, expect, test } from 'vitest';
import { encodeInvoice, type Invoice, invoiceHead } from '../../protocol/invoice/invoice.ts';
import { signatureFault, signedTextBytes } from '../../protocol/invoice/signed-text.ts';
import { keySigner } from '../../protocol/messages/sign.ts';
import { canonicalJson, type Json } from '../../protocol/values/canonical.ts';
import { dateToDay } from '../../protocol/values/time.ts';
import { signInvoice } from './invoice.ts';

const signer = keySigner(new Uint8Array(32).fill(3));
const chainId = 'electra-test-00000001';
const meter = 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl';
const day = dateToDay('2026-07-01');
const line = (over: object = {}) => ({ day, version: 1, bookHash: 'ab'.repeat(32), meter, amountNel: -5n, s: 77n, ...over });
const invoice = (over: Partial<Invoice> = {}): Invoice => ({
  chainId,
  operator: signer.address,
  member: meter,
  month: '2026-07',
  lines: [line(), line({ day: day + 1, amountNel: 8n })],
  totalNel: 3n,
  ...over,
});
const sign = (value: unknown) => signInvoice(value, { signer, chainId });

describe('the signer signs', () => {
  test('an invoice: its head, under the operator’s account', async () => {
    const { publicKey, signature } = await sign(encodeInvoice(invoice()));
    expect(
      signatureFault({
        address: signer.address,
        publicKey: hexToBytes(publicKey),
        signature: hexToBytes(signature),
        text: invoiceHead(invoice()),
      }),
    ).toBeNull();
  });
  test('the same invoice always the same way', async () => {
    expect(await sign(encodeInvoice(invoice()))).toEqual(await sign(encodeInvoice(invoice())));
  });
  test('nothing that a chain could read as a transaction', () => {
    const bytes = signedTextBytes(signer.address, invoiceHead(invoice()));
    expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject({
      chain_id: '',
      sequence: '0',
      account_number: '0',
      msgs: [{ type: 'sign/MsgSignData' }],
    });
    expect(() => SignDoc.decode(bytes)).toThrow();
    expect(() => TxRaw.decode(bytes)).toThrow();
  });
});

interface InvoiceJson {
  [field: string]: Json;
  lines: { [field: string]: Json }[];
}

describe('the signer refuses, naming the field,', () => {
  const raw = (change: (value: InvoiceJson) => void) => {
    const value = JSON.parse(encodeInvoice(invoice()));
    change(value);
    return canonicalJson(value);
  };
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'invoice: '],
    ['bytes', { data: 'AAAA' }, 'invoice: '],
    ['a text of any other kind', 'Sign in to this service', 'invoice: '],
    ['a challenge of the API in JSON', '{"text":"sign in"}', 'invoice.chainId'],
    [
      'an amino transaction',
      canonicalJson({ account_number: '1', chain_id: chainId, fee: { amount: [], gas: '1' }, memo: '', msgs: [], sequence: '1' }),
      'invoice.chainId',
    ],
    ['spaces between', `${encodeInvoice(invoice())} `, 'canonical'],
    [
      'a field more',
      raw((v) => {
        v.note = 'x';
      }),
      'invoice.note',
    ],
    ['another operator', encodeInvoice(invoice({ operator: meter })), 'invoice.operator'],
    ['a total that is not the sum', encodeInvoice(invoice({ totalNel: 4n })), 'invoice.totalNel'],
    ['a day of another month', encodeInvoice(invoice({ month: '2026-08' })), 'invoice.lines[0].day'],
    ['a bill twice', encodeInvoice(invoice({ lines: [line(), line()], totalNel: -10n })), 'invoice.lines[1]'],
    ['bills out of order', encodeInvoice(invoice({ lines: [line({ day: day + 1 }), line()], totalNel: -10n })), 'invoice.lines[1]'],
    [
      'an amount of 2^60',
      raw((v) => {
        v.lines[0].amountNel = String(2n ** 60n);
      }),
      'invoice.lines[0].amountNel',
    ],
    [
      'an s of 32 bytes',
      raw((v) => {
        v.lines[0].s = String(2n ** 248n);
      }),
      'invoice.lines[0].s',
    ],
    [
      'a month of 13',
      raw((v) => {
        v.month = '2026-13';
      }),
      'invoice.month',
    ],
  ])('%s', async (_, value, field) => {
    await expect(sign(value)).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining(field) });
  });
  test('an invoice of another chain', async () => {
    await expect(sign(encodeInvoice(invoice({ chainId: 'electra-test-00000002' })))).rejects.toMatchObject({ code: 'wrong-chain' });
  });
});
