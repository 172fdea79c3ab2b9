/**
 * The member's check for browsers: everything of index.ts, with the browser's own random numbers and pairings in plain JavaScript
 * (@noble/curves, MIT). The page needs no server: files in, verdict out, and the meter's export never leaves the tab.
 *
 * `npm run build:member` makes one module of it, build/electra-member.js, with no module of Node and nothing under the GPL in it.
 */
import type { Files } from '../audit/index.ts';
import { type EvidenceVerdict, verifyEvidence as judge } from './evidence.ts';
import type { OwnVerdict } from './own-verdict.ts';
import { type OwnInputs, type OwnOptions, verifyBill as verify } from './verify-bill.ts';

export { encodeEvidence, evidenceName } from './evidence.ts';
export { formatEvidence, formatOwnVerdict } from './format.ts';
export type { EvidenceVerdict, Files, OwnInputs, OwnVerdict };

export interface BrowserOptions extends Partial<Omit<OwnOptions, 'backend' | 'random'>> {}

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

const complete = (options: BrowserOptions): OwnOptions => ({
  developmentKeys: false,
  ...options,
  random,
});

/** As verifyBill of index.ts; quick unless said otherwise. */
export const verifyBill = (inputs: OwnInputs, options: BrowserOptions = {}): Promise<OwnVerdict> =>
  verify(inputs, { quick: true, ...complete(options) });

/** As verifyEvidence of index.ts. */
export const verifyEvidence = (bytes: string, files: Files, options: BrowserOptions = {}): Promise<EvidenceVerdict> =>
  judge(bytes, files, complete(options));
