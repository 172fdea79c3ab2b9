/**
 * Public proof that an operator signed a bill which its own anchored book contradicts (protocol §6, Invoices).
 *
 * It holds the signed head (hashes only), the one line, the book and its anchor: the amount and s of one day, no other line, not the
 * month's total, no reading, no blinding. Anybody checks it against a bundle: the operator's signature, the line's place in the head, the
 * anchor, and that (amount, s) does not open B. A line that does open B is no evidence, whoever sends it.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import {
  type BillOpening,
  bookHash,
  bookPath,
  canonicalJson,
  dayToDate,
  encodeOpening,
  invoiceHead,
  lineHash,
  ProtocolError,
  parseBook,
  parseCanonical,
  parseInvoiceHead,
  parseOpening,
  type SignedInvoice,
  signatureFault,
} from '../../protocol/index.ts';
import { hex, object, oneOf, small, text } from '../../protocol/values/shape.ts';
import { type AuditOptions, auditParsed, type Files, type Verdict } from '../audit/index.ts';
import { type Bundle, type BundleDay, parseBundle } from '../bundle.ts';
import { openingFault } from './day.ts';
import { handedOver, type KnownOperator, namedOperator, operatorsIn, signableUnixS } from './operators.ts';

const EVIDENCE_FORMAT = 'electra/evidence/v1';

export interface Evidence {
  /** what the operator signed, exact text */
  head: string;
  /** hex */
  publicKey: string;
  signature: string;
  line: BillOpening;
  /** exact text of the book that the line is about */
  book: string;
  anchor: { version: number; bookHash: string; height: number; unixS: number };
}

/** Evidence of one line, or null where the bundle lacks the book or its anchor. */
export function makeEvidence(signed: SignedInvoice, line: BillOpening, day: BundleDay, bundle: Bundle): Evidence | null {
  const anchored = day.chain?.anchors[line.version - 1];
  const book = bundle.texts.get(bookPath(day.date, line.version));
  if (!anchored || book === undefined) return null;
  const { totals: _, ...anchor } = anchored;
  return { head: invoiceHead(signed.invoice), publicKey: signed.publicKey, signature: signed.signature, line, book, anchor };
}

export const evidenceName = ({ line }: Evidence): string => `evidence-${dayToDate(line.day)}-${line.meter.slice(-8)}.json`;

export function encodeEvidence({ head, publicKey, signature, line, book, anchor }: Evidence): string {
  return canonicalJson({
    format: EVIDENCE_FORMAT,
    head,
    publicKey,
    signature,
    line: encodeOpening(line),
    book,
    anchor: { version: String(anchor.version), bookHash: anchor.bookHash, height: String(anchor.height), unixS: String(anchor.unixS) },
  });
}

/** @throws ProtocolError naming the field */
export function parseEvidence(bytes: string): Evidence {
  const e = object(parseCanonical(bytes, 'evidence'), 'evidence', ['format', 'head', 'publicKey', 'signature', 'line', 'book', 'anchor']);
  oneOf(e.format, 'evidence.format', [EVIDENCE_FORMAT]);
  const a = object(e.anchor, 'evidence.anchor', ['version', 'bookHash', 'height', 'unixS']);
  const number = (key: 'version' | 'height' | 'unixS') => small(a[key], `evidence.anchor.${key}`, 0, 2 ** 40);
  return {
    head: text(e.head, 'evidence.head'),
    publicKey: hex(e.publicKey, 'evidence.publicKey', 33),
    signature: hex(e.signature, 'evidence.signature', 64),
    line: parseOpening(e.line, 'evidence.line'),
    book: text(e.book, 'evidence.book'),
    anchor: {
      version: number('version'),
      bookHash: hex(a.bookHash, 'evidence.anchor.bookHash'),
      height: number('height'),
      unixS: number('unixS'),
    },
  };
}

export interface EvidenceVerdict {
  /** 0 it holds: the operator signed a false line · 1 it does not hold · 2 unreadable, or the bundle cannot show it */
  exitCode: 0 | 1 | 2;
  status: 'holds' | 'refuted' | 'unreadable';
  /**
   * of the bundle's genesis, which names the operator: whoever makes up a genesis makes up the operator too. Null where it could not be
   * read
   */
  genesisHash: string | null;
  /** what about genesis production would not have, in words */
  development: readonly string[];
  checks: readonly { name: 'evidence' | 'signature' | 'line' | 'book' | 'opening'; ok: boolean; detail: string }[];
}

type Line = EvidenceVerdict['checks'][number];

function verdictOf(
  checks: readonly Line[],
  readable: boolean,
  { genesisHash, development }: Pick<EvidenceVerdict, 'genesisHash' | 'development'> = { genesisHash: null, development: [] },
): EvidenceVerdict {
  if (!readable) return { exitCode: 2, status: 'unreadable', genesisHash, development, checks };
  return checks.every((c) => c.ok)
    ? { exitCode: 0, status: 'holds', genesisHash, development, checks }
    : { exitCode: 1, status: 'refuted', genesisHash, development, checks };
}

function signatureLine(e: Evidence, operators: readonly KnownOperator[], chainId: string, days: Bundle['days']): Line[] {
  const head = parseInvoiceHead(e.head);
  const named = namedOperator(operators, head.operator);
  const operator = named.address;
  const fault =
    head.operator !== operator || head.chainId !== chainId
      ? 'address'
      : signatureFault({ address: operator, publicKey: hexToBytes(e.publicKey), signature: hexToBytes(e.signature), text: e.head });
  const late = handedOver(named, signableUnixS(head.month, [e.line], days));
  const listed = head.lines.includes(lineHash(e.line));
  return [
    {
      name: 'signature',
      ok: fault === null && late === null,
      detail:
        fault === null
          ? (late ?? `the invoice of ${head.month} for ${head.member} is signed by the operator ${operator}`)
          : `not signed by the operator ${operator} of ${chainId}`,
    },
    { name: 'line', ok: listed, detail: listed ? 'the line is one of that invoice' : 'the line is not one of that invoice' },
  ];
}

/** The book is the anchored one, in a bundle that itself stands. */
function bookLine(e: Evidence, day: BundleDay, audit: Verdict): { line: Line; readable: boolean } {
  const say = (ok: boolean, detail: string, readable = true) => ({ line: { name: 'book' as const, ok, detail }, readable });
  const anchored = day.chain!.anchors[e.line.version - 1];
  const chain = audit.checks.filter((c) => (c.day === undefined || c.day === day.date) && ['1', '2', '3'].includes(c.id));
  const [broken, missing] = (['failed', 'unreadable'] as const).map((status) => chain.find((c) => c.status === status));
  if (broken) return say(false, `the bundle itself fails: ${broken.id} ${broken.name}: ${broken.detail}`);
  if (missing) return say(false, `the bundle does not show what the chain says: ${missing.id} ${missing.name}: ${missing.detail}`, false);
  if (bookHash(e.book) !== anchored.bookHash) return say(false, "the evidence's book is not the one that the chain anchored");
  return say(true, `version ${e.line.version} of ${day.date}, as anchored at height ${anchored.height}`);
}

/**
 * Checks evidence against a bundle that has the day. No key, no reading, no network.
 * @param bytes the file's exact text
 */
export async function verifyEvidence(bytes: string, files: Files, options: AuditOptions): Promise<EvidenceVerdict> {
  const unreadable = (detail: string) => verdictOf([{ name: 'evidence', ok: false, detail }], false);
  let e: Evidence;
  try {
    e = parseEvidence(bytes);
    parseInvoiceHead(e.head);
    parseBook(e.book);
  } catch (error) {
    if (error instanceof ProtocolError) return unreadable(error.message);
    throw error;
  }
  const bundle = parseBundle(files);
  const day = bundle.days.find((d) => d.day === e.line.day);
  if (!bundle.genesis.value) return unreadable('genesis.json: no operator in it');
  if (!day?.chain || day.chain.anchors[e.line.version - 1] === undefined)
    return unreadable(`the bundle shows no anchor of version ${e.line.version} of ${dayToDate(e.line.day)}`);
  const audit = await auditParsed(bundle, { ...options, only: new Set() });
  const known = operatorsIn(bundle, audit)!;
  if (known.fault) return unreadable(`operators.json: ${known.fault}`);
  const book = bookLine(e, day, audit);
  const checks = [...signatureLine(e, known.operators, day.chain.chainId, bundle.days), book.line];
  const fault = openingFault(day, e.line, day.chain.chainId);
  checks.push({
    name: 'opening',
    ok: fault !== null,
    detail: fault === null ? "amount and s do open the book's B: the line is true" : `the line ${fault}`,
  });
  return verdictOf(checks, book.readable, audit);
}
