/** Bytes that must be refused, made by breaking good ones in one place each. */
import { bytesToHex as hex } from '@noble/hashes/utils.js';
import * as sdk from '../ts/src/index.ts';
import { address, bytesOf, ORIGINS, REPORTS, STATEMENTS } from './inputs.ts';

interface Carrier {
  chainId: string;
  meter: Uint8Array;
  at: number;
  keyEpoch: number;
}
interface PlaintextRefusal {
  name: string;
  kind: 'report' | 'statement';
  chainId: string;
  meter: string;
  at: number;
  keyEpoch: number;
  plaintext: string;
  code: string;
  field: string;
}

const BODY = sdk.HEADER_BYTES;

/** Overwrites bytes at an offset. */
function patch(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

export function plaintextRefusals(): PlaintextRefusal[] {
  const [origin] = ORIGINS;
  const [report, statement] = [sdk.encodeReport(REPORTS[0], origin), sdk.encodeStatement(STATEMENTS[0], origin)];
  const reportCarrier = { ...origin, at: REPORTS[0].slot };
  const statementCarrier = { ...origin, at: STATEMENTS[0].day };
  const [import0, export0] = [BODY + 20, BODY + 20 + 288];
  const full = sdk.encodeStatement(STATEMENTS[2], origin); // its import register ends at 2^56 − 1
  const one = (
    name: string,
    kind: 'report' | 'statement',
    carrier: Carrier,
    plaintext: Uint8Array,
    code: string,
    field: string,
  ): PlaintextRefusal => ({
    name,
    kind,
    chainId: carrier.chainId,
    meter: hex(carrier.meter),
    at: carrier.at,
    keyEpoch: carrier.keyEpoch,
    plaintext: hex(plaintext),
    code,
    field,
  });
  const r = (name: string, plaintext: Uint8Array, code: string, field: string, carrier: Carrier = reportCarrier) =>
    one(`report, ${name}`, 'report', carrier, plaintext, code, field);
  const s = (name: string, plaintext: Uint8Array, code: string, field: string, carrier: Carrier = statementCarrier) =>
    one(`statement, ${name}`, 'statement', carrier, plaintext, code, field);
  return [
    r('empty', new Uint8Array(), 'wrong-size', 'plaintext'),
    r('a byte short', report.slice(0, -1), 'wrong-size', 'plaintext'),
    r('a byte long', patch(new Uint8Array(65), 0, ...report), 'wrong-size', 'plaintext'),
    r('of a statement', statement, 'wrong-size', 'plaintext'),
    r('version 0', patch(report, 0, 0), 'wrong-version', 'version'),
    r('version 2', patch(report, 0, 2), 'wrong-version', 'version'),
    r('kind 2', patch(report, 1, 2), 'wrong-kind', 'kind'),
    r('kind 0', patch(report, 1, 0), 'wrong-kind', 'kind'),
    r('another epoch than the message', report, 'wrong-epoch', 'keyEpoch', { ...reportCarrier, keyEpoch: 4 }),
    r('epoch patched to the message of another key', patch(report, 2, 4), 'wrong-context', 'context', { ...reportCarrier, keyEpoch: 4 }),
    r('lifted to another account', report, 'wrong-context', 'context', { ...reportCarrier, meter: address('meter b') }),
    r('lifted to another slot', report, 'wrong-context', 'context', { ...reportCarrier, at: reportCarrier.at + 1 }),
    r('lifted to another chain', report, 'wrong-context', 'context', { ...reportCarrier, chainId: 'electra-rural-5eed0002' }),
    r('a bit of the context flipped', patch(report, 6, report[6] ^ 1), 'wrong-context', 'context'),
    r('another slot in the body', patch(report, BODY, report[BODY] ^ 1), 'wrong-context', 'slot'),
    r('import register 2^56', patch(report, BODY + 4, 0, 0, 0, 0, 0, 0, 0, 1), 'out-of-range', 'importRegisterWh'),
    r('import register 2^64 - 1', patch(report, BODY + 4, ...Array(8).fill(255)), 'out-of-range', 'importRegisterWh'),
    r('export register 2^56', patch(report, BODY + 12, 0, 0, 0, 0, 0, 0, 0, 1), 'out-of-range', 'exportRegisterWh'),
    s('empty', new Uint8Array(), 'wrong-size', 'plaintext'),
    s('a byte short', statement.slice(1), 'wrong-size', 'plaintext'),
    s('a byte long', patch(new Uint8Array(668), 0, ...statement), 'wrong-size', 'plaintext'),
    s('of a report', report, 'wrong-size', 'plaintext'),
    s('version 255', patch(statement, 0, 255), 'wrong-version', 'version'),
    s('kind 1', patch(statement, 1, 1), 'wrong-kind', 'kind'),
    s('another epoch than the message', statement, 'wrong-epoch', 'keyEpoch', { ...statementCarrier, keyEpoch: 0 }),
    s('lifted to another account', statement, 'wrong-context', 'context', { ...statementCarrier, meter: address('meter b') }),
    s('lifted to another day', statement, 'wrong-context', 'context', { ...statementCarrier, at: statementCarrier.at - 1 }),
    s('lifted to another chain', statement, 'wrong-context', 'context', { ...statementCarrier, chainId: 'electra-rural-5eed00' }),
    s('another day in the body', patch(statement, BODY + 3, 1), 'wrong-context', 'day'),
    s('import register 2^56', patch(statement, BODY + 4, 0, 0, 0, 0, 0, 0, 0, 1), 'out-of-range', 'importStartWh'),
    s('export register 2^63', patch(statement, BODY + 12, 0, 0, 0, 0, 0, 0, 0, 128), 'out-of-range', 'exportStartWh'),
    s('first import 2^20', patch(statement, import0, 0, 0, 16), 'out-of-range', 'importWh[0]'),
    s('last import 2^24 - 1', patch(statement, import0 + 285, 255, 255, 255), 'out-of-range', 'importWh[95]'),
    s('first export 2^20', patch(statement, export0, 0, 0, 16), 'out-of-range', 'exportWh[0]'),
    s('last export 2^20', patch(statement, export0 + 285, 0, 0, 16), 'out-of-range', 'exportWh[95]'),
    s(
      'import register past 2^56 at the end of the day',
      patch(full, BODY + 4, full[BODY + 4] + 1),
      'out-of-range',
      'importWh, closing register',
      { ...origin, at: STATEMENTS[2].day },
    ),
    s('export register past 2^56 at the end of the day', patch(full, export0, 1), 'out-of-range', 'exportWh, closing register', {
      ...origin,
      at: STATEMENTS[2].day,
    }),
  ];
}

/** The seven points of small order (RFC 7748 and their non-canonical spellings), little-endian. */
export const LOW_ORDER_KEYS = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

export function boxRefusals(): { name: string; nodeSecret: string; nodeKey: string; sealed: string; code: string; field: string }[] {
  const nodeSecret = bytesOf('node secret');
  const nodeKey = sdk.boxPublicKey(nodeSecret);
  const sealed = sdk.sealBox(sdk.encodeReport(REPORTS[0], ORIGINS[0]), nodeKey, bytesOf('ephemeral 1'));
  const other = bytesOf('another node secret');
  const one = (name: string, bytes: Uint8Array, code: string, secret = nodeSecret) => ({
    name,
    nodeSecret: hex(secret),
    nodeKey: hex(sdk.boxPublicKey(secret)),
    sealed: hex(bytes),
    code,
    field: 'sealed',
  });
  const highBit = (key: string): string => key.slice(0, 62) + (parseInt(key.slice(62), 16) | 0x80).toString(16).padStart(2, '0');
  return [
    one('shorter than its overhead', sealed.slice(0, 47), 'wrong-size'),
    one('sealed to another key', sealed, 'not-decryptable', other),
    one('a bit of the ephemeral key flipped', patch(sealed, 5, sealed[5] ^ 1), 'not-decryptable'),
    one('a bit of the tag flipped', patch(sealed, 32, sealed[32] ^ 1), 'not-decryptable'),
    one('a bit of the ciphertext flipped', patch(sealed, 111, sealed[111] ^ 128), 'not-decryptable'),
    one('a byte cut off', sealed.slice(0, -1), 'not-decryptable'),
    ...LOW_ORDER_KEYS.flatMap((key) => [key, highBit(key)]).map((key) =>
      one(`ephemeral key of low order ${key}`, patch(sealed, 0, ...Buffer.from(key, 'hex')), 'low-order'),
    ),
  ];
}
