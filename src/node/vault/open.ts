/**
 * Opening one sealed box: the only place where a reading comes out of its box. The box's own message says which epoch it was sealed to;
 * that key is tried and no other. Every refusal has the reason code of protocol §3; a refusal says nothing else.
 */
import { addressBytes, ProtocolError } from '../../protocol/index.ts';
import { type ReportJson, reportJson, type StatementJson, statementJson } from '../../protocol/meter/json.ts';
import { decodeReport, SEALED_REPORT_BYTES } from '../../protocol/meter/report.ts';
import { decodeStatement, SEALED_STATEMENT_BYTES } from '../../protocol/meter/statement.ts';
import type { RefusalReason } from './client.ts';
import type { BoxKey } from './unseal.ts';
import { unseal } from './unseal.ts';

const REASONS: ReadonlySet<string> = new Set<RefusalReason>([
  'wrong-size',
  'wrong-version',
  'wrong-kind',
  'wrong-epoch',
  'wrong-context',
  'out-of-range',
  'unknown-epoch',
  'not-decryptable',
  'low-order',
]);

/** A box as it comes over the socket, its fields already of the right types. */
export interface RawBox {
  kind: 'report' | 'statement';
  chainId: string;
  meter: string;
  at: number;
  keyEpoch: number;
  sealed: string;
}
export type RawOpened = { ok: true; report: ReportJson } | { ok: true; statement: StatementJson } | { ok: false; reason: RefusalReason };

/** Opens one box of the chain `chainId` with the key of its epoch. Never throws for what a box contains; `box.chainId` was checked. */
export function openRawBox(box: RawBox, chainId: string, keyOf: (epoch: number) => BoxKey | undefined): RawOpened {
  try {
    return opened(box, chainId, keyOf);
  } catch (error) {
    if (error instanceof ProtocolError && REASONS.has(error.code)) return { ok: false, reason: error.code as RefusalReason };
    throw error;
  }
}

function opened(box: RawBox, chainId: string, keyOf: (epoch: number) => BoxKey | undefined): RawOpened {
  const sealed = Buffer.from(box.sealed, 'base64');
  if (sealed.length !== (box.kind === 'report' ? SEALED_REPORT_BYTES : SEALED_STATEMENT_BYTES)) return { ok: false, reason: 'wrong-size' };
  const key = keyOf(box.keyEpoch);
  if (!key) return { ok: false, reason: 'unknown-epoch' };
  const carrier = { chainId, meter: meterBytes(box.meter), keyEpoch: box.keyEpoch, at: box.at };
  const plaintext = unseal(sealed, key);
  try {
    return box.kind === 'report'
      ? { ok: true, report: reportJson(decodeReport(plaintext, carrier)) }
      : { ok: true, statement: statementJson(decodeStatement(plaintext, carrier)) };
  } finally {
    plaintext.fill(0);
  }
}

// The same hundred meters come again and again: their addresses are decoded once.
const addresses = new Map<string, Uint8Array>();
const ADDRESSES_MAX = 10_000;

function meterBytes(meter: string): Uint8Array {
  let bytes = addresses.get(meter);
  if (!bytes) {
    bytes = addressBytes(meter, 'meter');
    if (addresses.size >= ADDRESSES_MAX) addresses.clear();
    addresses.set(meter, bytes);
  }
  return bytes;
}
